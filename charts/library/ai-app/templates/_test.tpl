{{/*
The pod of `helm test`. `test` of the description is a container in the form of ai-app.container without name and
resources; `volumes` in it are the pod's volumes. Takes root and app.
*/}}
{{- define "ai-app.test" -}}
{{- $root := .root }}
{{- if $root.Values.tests.enabled }}
{{- include "ai-app.describe" . }}
{{- $test := .described.test }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "ai-app.objectName" . }}-test
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "ai-app.chartLabels" $root | nindent 4 }}
    {{- include "ai-app.testLabels" $root | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  restartPolicy: Never
  {{- include "ai-app.podIdentity" $root | trim | nindent 2 }}
  securityContext:
    {{- include "ai-app.podSecurityContext" $root | nindent 4 }}
  containers:
    {{- $container := merge (dict "name" "test" "resources" $root.Values.tests.resources) (omit $test "volumes") }}
    {{- include "ai-app.container" (dict "root" $root "container" $container "bare" true) | trim | nindent 4 }}
  {{- with $test.volumes }}
  volumes:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/*
`test` of a description for an image with Python: each path of `expected`, a mapping, must answer with its status.
Takes root, port and expected.
*/}}
{{- define "ai-app.testStatus" -}}
command: [python, -c]
args:
  - |
    import json, sys, urllib.error, urllib.request

    def status(path):
        try:
            return urllib.request.urlopen({{ printf "http://%s:%d" (include "ai-app.host" .root) (int .port) | quote }} + path, timeout=10).status
        except urllib.error.HTTPError as refused:
            return refused.code

    wrong = []
    for path, wanted in json.loads('{{ toJson .expected }}').items():
        got = status(path)
        print(path, got)
        if got != wanted:
            wrong.append(f"{path}: {got}, not {wanted}")
    # An empty text would count as a failure.
    sys.exit("\n".join(wrong) or 0)
{{- end }}
