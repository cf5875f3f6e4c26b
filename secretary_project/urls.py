from django.contrib import admin
from django.urls import include, path

from calendars.api.views_sync import HealthView

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("calendars.web.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("calendars.api.urls")),
    path("health", HealthView.as_view(), name="health"),
]
