from django.http import HttpRequest, HttpResponse


def running(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
