"""What a session signs in with: from the process environment, or from the settings as far as that allows."""
