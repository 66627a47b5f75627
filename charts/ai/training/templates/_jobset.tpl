{{/* One replicated Job of a JobSet, which fails and starts as a whole. Takes root and app. */}}
{{- define "training.jobSet" -}}
{{- $run := .root.Values.training -}}
apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata:
  {{- include "ai-app.workloadMetadata" . | nindent 2 }}
spec:
  network:
    enableDNSHostnames: true
    # The controller makes the headless Service of this name.
    subdomain: {{ include "training.name" .root }}
    publishNotReadyAddresses: true
  failurePolicy:
    maxRestarts: {{ $run.retries }}
  {{- if not (kindIs "invalid" $run.ttlSeconds) }}
  ttlSecondsAfterFinished: {{ $run.ttlSeconds }}
  {{- end }}
  replicatedJobs:
    - name: node
      replicas: 1
      template:
        spec:
          {{- include "training.jobSpec" .root | nindent 10 }}
          activeDeadlineSeconds: {{ $run.deadlineSeconds }}
          template:
            {{- include "ai-app.podTemplate" . | trim | nindent 12 }}
{{- end }}
