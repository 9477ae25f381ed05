from django.http import HttpRequest, HttpResponse


def generation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def cancellation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
