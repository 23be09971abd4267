"""
Settings of the site: one file, safe by default.

What differs from one machine to the next is read from the environment, here and
nowhere else; .env.example names every variable. A secret has no default.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")  # development only; absent in production

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set the SECRET_KEY environment variable")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])

# The start of every absolute address that the site writes: « https://www.example.org ».
# Required in production (cress.base.web.checks).
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000" if DEBUG else "").rstrip("/")

# Everything the site writes: the embedded database, uploads, collected static files.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

INSTALLED_APPS = [
    "cress.base",
    "territories",
    "policies",
    "enterprises",
    "cress.chamber",
    "cress.places",
    "cress.search",
    "cress.contact",
    "cress.opendata",
    "cress.links",
    "cress.operations",
    "django.contrib.admin",
    "django.contrib.auth",
    "cress.accounts",  # after auth, which makes the permissions that its roles give
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

# Versions of content (cress/base/history): numbers are in the order of time, no date is looked up.
SIMPLE_HISTORY_DATE_INDEX = False

# What the site's own search finds: functions that return parts (cress/base/search/parts.py).
SEARCHED_PARTS = [
    "territories.parts.parts",
    "policies.parts.parts",
    "enterprises.parts.parts",
    "cress.chamber.parts.parts",
    "cress.contact.parts.parts",
    "cress.printing.parts.parts",
    "cress.opendata.parts.parts",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cress.base.web.pages_first.PagesFirstMiddleware",
    "cress.base.web.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cress.base.web.public.FreshForStaffMiddleware",
    "cress.base.unsaved.middleware.UnsavedFormMiddleware",
    "cress.base.web.moved.GonePagesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "cress.urls"
WSGI_APPLICATION = "cress.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # None of these queries the database for a visitor.
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database

if "DATABASE_URL" in env:
    DATABASES = {"default": env.db("DATABASE_URL")}
else:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "cress.sqlite3"}
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers never wait for a writer (WAL); writers queue at BEGIN instead of failing
    # half-way (IMMEDIATE), up to the busy timeout. What is committed is on the disk (FULL):
    # a message that was acknowledged outlives a power cut. Django turns foreign keys on itself.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)  # seconds
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Language and time

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Each file is kept once, under the name that says what it holds: no page asks for another.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cress.base.web.assets.StaticFilesStorage"},
}

# Web server: workers share the machine's cores. Threads wait for the database; all but one of
# them may also wait for long work (cress.base.files.locks). Granian warns of more threads.

WEB_WORKERS = env.int("WEB_WORKERS", default=1)
WEB_BLOCKING_THREADS = env.int("WEB_BLOCKING_THREADS", default=min(2 * os.cpu_count() + 1, 8))

# Mail

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # seconds, for each exchange
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="webmaster@localhost")

# Contact form: what one sender and one network may send in an hour (0: no limit), and how old
# the page may be when it comes back, in seconds.

CONTACT_LIMIT_PER_ADDRESS = env.int("CONTACT_LIMIT_PER_ADDRESS", default=10)
CONTACT_LIMIT_PER_NETWORK = env.int("CONTACT_LIMIT_PER_NETWORK", default=40)
CONTACT_FORM_LEAST_AGE = env.int("CONTACT_FORM_LEAST_AGE", default=3)
CONTACT_FORM_GREATEST_AGE = env.int("CONTACT_FORM_GREATEST_AGE", default=24 * 3600)

# Security

HTTPS = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=30 * 24 * 3600) if HTTPS else 0
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    # Only a proxy that overwrites this header may be believed.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "cress.base.unsaved.views.csrf_failure"

# The chamber's other sites live under the same domain: this one does not speak for them
# (security.W005, security.W021).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Django 6 reads the same setting, in the same shape.
SECURE_CSP = {
    "default-src": ["'self'"],
    # The hash is that of the style of templates/_error_base.html, which stands alone.
    "style-src": ["'self'", "'sha256-MDMtZVvdJj1BCrEIQ1qbLxtexoiWA7YT32eboK6wnDw='"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
