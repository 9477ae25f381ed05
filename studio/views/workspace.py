from django.http import HttpRequest, HttpResponse


def workspace(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def compose(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def composition(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
