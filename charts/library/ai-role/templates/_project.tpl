{{/*
The project of the stack: what its Applications may read, where they may write, and which kinds. A chart that
starts to render another kind is stopped here until somebody has looked.
*/}}
{{- define "ai-role.project" -}}
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: {{ include "ai-role.name" . }}
  namespace: {{ .Values.argocd.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
spec:
  description: AI applications of the cluster {{ .Values.cluster }}
  sourceRepos:
    - {{ .Values.source.repoURL | quote }}
  destinations:
    {{- range include "ai-role.namespaces" . | fromYamlArray }}
    - server: {{ $.Values.argocd.server | quote }}
      namespace: {{ . }}
    {{- end }}
  # CreateNamespace needs this one, and only for the namespaces above.
  clusterResourceWhitelist:
    {{- range include "ai-role.namespaces" . | fromYamlArray }}
    - group: ""
      kind: Namespace
      name: {{ . }}
    {{- end }}
  namespaceResourceWhitelist:
    {{- range $group, $kinds := .Values.project.kinds }}
    {{- range $kinds }}
    - group: {{ ternary "" $group (eq $group "core") | quote }}
      kind: {{ . }}
    {{- end }}
    {{- end }}
{{- end -}}
