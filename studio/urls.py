"""The studio's addresses: nouns, even where a verb is meant."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
