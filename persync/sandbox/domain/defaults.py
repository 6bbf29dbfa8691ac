"""The built-in defaults of the sandbox: the server's default config, as in the vendor's examples, and names. Pure."""

VERSION = "latest"
APP_NAME = "grnry-eventstore-pg"
REALM = "grnry"
PASSWORD_CLIENT = "profile-api"  # noqa: S105  the name of Granary's public Keycloak client, not a password
BUILT_IN_USER = "sandbox"

APP_CONFIG = {
    "eventstore.tableName": "public.eventstore",
    "spring.datasource.url": "jdbc:postgresql://grnry-pg-citus:5432/postgres?currentSchema=public",
    "spring.datasource.password": "${superuser-password}",
    "spring.datasource.username": "${superuser-username}",
    "spring.cloud.kubernetes.secrets.paths": "/usr/src/app/db-secret",
    "spring.cloud.stream.kafka.binder.autoCreateTopics": "true",
    "spring.cloud.stream.kafka.binder.autoAddPartitions": "true",
    "spring.cloud.stream.kafka.binder.minPartitionCount": "24",
    "spring.cloud.stream.kafka.binder.replicationFactor": "3",
    "spring.cloud.stream.bindings.input.consumer.concurrency": "6",
    "spring.cloud.stream.bindings.input.consumer.partitioned": "true",
}

DEPLOYER_CONFIG = {
    "kubernetes.volumes": (
        "[{name: 'secret', secret: { secretName : 'grnry-base-encryption-token' , defaultMode : '256' }}, "
        "{name: 'db-secret', secret: { secretName : 'grnry-pg-citus-secret' , defaultMode : '256' }}]"
    ),
    "kubernetes.limits.cpu": "500m",
    "kubernetes.requests.cpu": "500m",
    "kubernetes.volumeMounts": (
        "[{name: 'secret', mountPath: '/usr/src/app/rsa_privatekey.key' , subPath: 'rsa_privatekey.key' , "
        "readOnly : 'true' },{name: 'secret', mountPath: '/usr/src/app/rsa_publickey.key' , "
        "subPath: 'rsa_publickey.key' , readOnly : 'true' }, "
        "{name: 'db-secret', mountPath: '/usr/src/app/db-secret' , readOnly : 'true' }]"
    ),
    "kubernetes.limits.memory": "512Mi",
    "kubernetes.imagePullPolicy": "Always",
    "kubernetes.requests.memory": "512Mi",
    "kubernetes.livenessProbeDelay": "120",
    "kubernetes.readinessProbeDelay": "120",
}

# The values of the vendor's examples.
LIVE_SEGMENT_CONFIG: dict[str, str | int | float | bool] = {
    "tasksMax": 3,
    "batchSize": 3000,
    "maxRetries": 10,
    "retryBackoffMs": 3000,
    "errorsTolerance": "none",
    "errorsDeadletterqueueContextHeadersEnable": False,
}
