{{/*
The ApplicationSet of a cluster: one Application for each app of `apps` that is enabled.

An element of the generator carries what differs between apps, with its types: Argo CD templates strings only,
so a boolean that a template writes would arrive as the text "false", which Helm takes for true.
The values therefore go through templatePatch and toJson.

What Argo CD shall evaluate stands in backquotes; what Helm evaluates does not.
*/}}
{{- define "ai-role.applicationSet" -}}
{{- $rollout := .Values.rollout -}}
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: {{ include "ai-role.name" . }}
  namespace: {{ .Values.argocd.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
  annotations:
    # After the project that its Applications belong to.
    argocd.argoproj.io/sync-wave: "0"
spec:
  goTemplate: true
  # A parameter that is missing is an error, and no placeholder in a name or a path.
  goTemplateOptions: ["missingkey=error"]
  generators:
    - list:
        elements:
          {{- range $name, $app := .Values.apps }}
          {{- if $app.enabled }}
          - {{ include "ai-role.element" (dict "root" $ "name" $name "app" $app) | fromJson | toYaml | nindent 12 | trim }}
          {{- end }}
          {{- end }}
  {{- if $rollout.progressive }}
  # Each step waits until the Applications of the one before are healthy. Needs progressive syncs to be enabled in
  # the ApplicationSet controller, which then starts the syncs itself.
  strategy:
    type: RollingSync
    rollingSync:
      steps:
        {{- range $rollout.steps }}
        - matchExpressions:
            - key: ai-stack/step
              operator: In
              values: [{{ . }}]
        {{- end }}
  {{- end }}
  syncPolicy:
    # Without this, deleting the ApplicationSet, or the name of an app, deletes what it installed.
    preserveResourcesOnDeletion: true
  template:
    metadata:
      name: {{ .Values.cluster }}-{{`{{ .name }}`}}
      labels:
        app.kubernetes.io/part-of: {{ include "ai-role.name" . }}
        ai-stack/step: {{`'{{ .step }}'`}}
      annotations:
        # The API server says what it would make of an object. Fields that it or an operator's webhook fills in,
        # such as those of an ExternalSecret, then are no difference.
        argocd.argoproj.io/compare-options: ServerSideDiff=true
    spec:
      project: {{ include "ai-role.name" . }}
      source:
        repoURL: {{ .Values.source.repoURL | quote }}
        targetRevision: {{ .Values.source.targetRevision | quote }}
        path: {{ .Values.source.chartsPath }}/{{`{{ .chart }}`}}
        helm:
          releaseName: {{`'{{ .name }}'`}}
      destination:
        server: {{ .Values.argocd.server | quote }}
        namespace: {{`'{{ .namespace }}'`}}
      revisionHistoryLimit: 5
      syncPolicy:
        # With steps, the controller takes the automation out of what it writes and reads from it whether its own
        # syncs may prune. Where progressive syncs are not enabled, it makes all apps sync at once.
        automated:
          prune: true
          selfHeal: true
        managedNamespaceMetadata:
          labels:
            {{- range $key, $value := include "ai-role.namespaceLabels" . | fromYaml }}
            {{ $key }}: {{ $value | quote }}
            {{- end }}
            pod-security.kubernetes.io/enforce: {{`'{{ .podSecurity }}'`}}
            pod-security.kubernetes.io/warn: {{`'{{ .podSecurity }}'`}}
        syncOptions:
          - CreateNamespace=true
          - ServerSideApply=true
          - PruneLast=true
          # An object that two Applications claim is an error instead of a tug of war.
          - FailOnSharedResource=true
          # Else a sync would still write the fields that are ignored below.
          - RespectIgnoreDifferences=true
        retry:
          limit: 8
          # A repair that arrives while the retries run is picked up.
          refresh: true
          backoff:
            duration: 30s
            factor: 2
            maxDuration: 10m
      # What others write on purpose. Each entry names the writer or the one field, so that drift stays visible.
      ignoreDifferences:
        # Autoscalers scale through the controller manager.
        - group: apps
          kind: Deployment
          managedFieldsManagers: [kube-controller-manager]
        - group: apps
          kind: StatefulSet
          managedFieldsManagers: [kube-controller-manager]
        # Kueue holds a job back, and chooses its nodes when it lets it go.
        {{- range $group, $kind := dict "batch" "Job" "jobset.x-k8s.io" "JobSet" "trainer.kubeflow.org" "TrainJob" }}
        - group: {{ $group }}
          kind: {{ $kind }}
          jsonPointers: [/spec/suspend]
        {{- end }}
  templatePatch: |
    spec:
      source:
        helm:
          valuesObject: {{`{{ toJson .values }}`}}
    {{`{{- if .namespaceOfRole }}`}}
      # Two writers of one name would take each other's labels away.
      syncPolicy:
        managedNamespaceMetadata: null
    {{`{{- end }}`}}
{{- end -}}

{{/* The parameters of one app, as JSON. Gets `root`, `name` and `app`. */}}
{{- define "ai-role.element" -}}
{{- $values := dict -}}
{{- range .app.use -}}
{{- $set := get $.root.Values.sets . | required (printf "apps.%s.use names %s, which is not in sets" $.name .) -}}
{{- $values = mergeOverwrite $values (deepCopy $set) -}}
{{- end -}}
{{- $values = mergeOverwrite $values (deepCopy (default dict .app.values)) -}}
{{- if not (has .app.step .root.Values.rollout.steps) -}}
{{- fail (printf "apps.%s.step is %s, which is not in rollout.steps; nothing would sync it" .name .app.step) -}}
{{- end -}}
{{- $namespace := default .name .app.namespace -}}
{{- dict "name" .name
  "chart" (default .name .app.chart)
  "namespace" $namespace
  "namespaceOfRole" (has $namespace (include "ai-role.ownNamespaces" .root | fromYamlArray))
  "step" .app.step
  "podSecurity" (default "restricted" .app.podSecurity)
  "values" $values | toJson -}}
{{- end -}}
