"""Kinds: the well-known names of things that developers ask for by what they are.

"What framework are we using" is answered by a memory that says FastAPI and never says framework. A model of meaning
knows that only when it is a large one; for the names that every project has, a small table does. One row is one kind;
a name may stand in several.
"""

from __future__ import annotations

KINDS: dict[str, tuple[str, ...]] = {
    "framework": (
        *(
            "fastapi",
            "django",
            "flask",
            "starlette",
            "tornado",
            "litestar",
            "express",
            "nestjs",
            "nextjs",
            "nuxt",
        ),
        *(
            "react",
            "vue",
            "angular",
            "svelte",
            "rails",
            "sinatra",
            "laravel",
            "symfony",
            "spring",
            "quarkus",
            "gin",
        ),
        *(
            "echo",
            "actix",
            "axum",
            "phoenix",
            "blazor",
            "remix",
            "astro",
            "hono",
            "ktor",
            "pytorch",
            "tensorflow",
        ),
    ),
    "database": (
        *(
            "postgresql",
            "postgres",
            "mysql",
            "mariadb",
            "sqlite",
            "mongodb",
            "redis",
            "dynamodb",
            "cassandra",
        ),
        *("oracle", "cockroachdb", "duckdb", "clickhouse", "timescaledb", "neo4j", "firestore", "supabase"),
    ),
    "language": (
        *("python", "javascript", "typescript", "java", "kotlin", "golang", "rust", "ruby", "php", "swift"),
        *("scala", "elixir", "haskell", "clojure", "dart", "julia", "zig"),
    ),
    "queue": (
        "kafka",
        "rabbitmq",
        "sqs",
        "celery",
        "nats",
        "sidekiq",
        "pulsar",
        "kinesis",
        "pubsub",
        "zeromq",
    ),
    "broker": ("kafka", "rabbitmq", "sqs", "nats", "pulsar", "kinesis", "pubsub", "mosquitto"),
    "cache": ("redis", "memcached", "varnish", "valkey"),
    "cloud": ("aws", "gcp", "azure", "heroku", "digitalocean", "cloudflare", "vercel", "netlify", "hetzner"),
    "orm": (
        "sqlalchemy",
        "prisma",
        "hibernate",
        "sequelize",
        "typeorm",
        "drizzle",
        "activerecord",
        "sqlmodel",
    ),
    "linter": ("ruff", "eslint", "flake8", "pylint", "clippy", "rubocop", "golangci"),
    "formatter": ("black", "prettier", "ruff", "gofmt", "rustfmt", "isort"),
    "bundler": ("webpack", "vite", "rollup", "esbuild", "parcel", "turbopack"),
    "container": ("docker", "podman", "kubernetes", "containerd"),
    "orchestrator": ("kubernetes", "ecs", "nomad", "swarm", "airflow", "temporal"),
    "monitoring": ("prometheus", "grafana", "datadog", "sentry", "opentelemetry", "cloudwatch"),
    "authentication": ("oauth", "oauth2", "jwt", "saml", "oidc", "keycloak", "auth0", "cognito"),
    "editor": ("vscode", "neovim", "vim", "emacs", "intellij", "pycharm", "zed", "cursor"),
}
