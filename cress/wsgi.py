"""The WSGI application that the server runs."""

import os
import sys

from django.core.wsgi import get_wsgi_application

# Python runs one thread at a time. Beside long work, a page waits that long after each query.
sys.setswitchinterval(0.001)  # seconds; 0.005 by default

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cress.settings")

application = get_wsgi_application()
