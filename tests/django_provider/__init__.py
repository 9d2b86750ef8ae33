"""A real OpenID Provider made of Django and django-oauth-toolkit, which tests/django_server.py starts."""
