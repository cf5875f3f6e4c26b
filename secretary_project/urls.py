from django.contrib import admin
from django.urls import include, path

from calendars.api.views_sync import HealthView

urlpatterns = [  # programs ask most often, and every address before theirs would be tried
    path("health", HealthView.as_view(), name="health"),
    path("api/", include("calendars.api.urls")),
    path("", include("accounts.urls")),
    path("", include("calendars.web.urls")),
    path("admin/", admin.site.urls),
]
