from django.http import HttpRequest, HttpResponse


def output_file(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def upload_file(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
