{{/* The container of `helm test`: ready, and no way in without a key. */}}
{{- define "litellm.test" -}}
{{- $url := printf "http://%s:%d" (include "ai-app.host" .) (int .Values.port) }}
command: [python, -c]
args:
  - |
    import sys, urllib.error, urllib.request

    def status(path):
        try:
            return urllib.request.urlopen({{ $url | quote }} + path, timeout=10).status
        except urllib.error.HTTPError as refused:
            return refused.code

    wrong = []
    for path, wanted in [("/health/readiness", 200), ("/v1/models", 401)]:
        got = status(path)
        print(path, got)
        if got != wanted:
            wrong.append(f"{path}: {got}, not {wanted}")
    sys.exit("\n".join(wrong))
{{- end }}
