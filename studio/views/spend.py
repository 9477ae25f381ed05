from django.http import HttpRequest, HttpResponse


def spend(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
