"""Commands that help to set up and to try persync."""
