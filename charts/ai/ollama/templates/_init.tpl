{{/* Fails the pod when the engine sees no device: a missing driver would show as a slow pod and nothing else. */}}
{{- define "ollama.requireDevice" -}}
- name: require-device
  command: [/bin/bash, /config/require-device.sh]
  gpu: true
  env:
    HOME: /tmp
    OLLAMA_NO_CLOUD: "1"
    REQUIRE_DEVICE_COUNT: {{ .Values.gpu.count | quote }}
    REQUIRE_DEVICE_TIMEOUT_SECONDS: {{ .Values.gpu.requireDevice.timeoutSeconds | quote }}
  resources:
    {{- toYaml .Values.gpu.requireDevice.resources | nindent 4 }}
  volumeMounts:
    - {name: config, mountPath: /config, readOnly: true}
    - {name: init-tmp, mountPath: /tmp}
{{- end }}

{{/* Brings the declared models onto the volume, with the engine's own download. */}}
{{- define "ollama.fetchModels" -}}
{{- $pull := .Values.modelPull }}
- name: fetch-models
  command: [/bin/bash, /config/fetch-models.sh]
  env:
    HOME: /tmp
    OLLAMA_MODELS: {{ .Values.persistence.models.mountPath | quote }}
    OLLAMA_NO_CLOUD: "1"
    PULL_POLICY: {{ $pull.policy | quote }}
    PULL_ATTEMPTS: {{ $pull.attempts | quote }}
    PULL_TIMEOUT_SECONDS: {{ $pull.timeoutSeconds | quote }}
    PULL_INSECURE: {{ $pull.insecure | quote }}
    {{- if .Values.persistence.models.shared }}
    LOCK_TIMEOUT_SECONDS: {{ $pull.timeoutSeconds | quote }}
    {{- end }}
  resources:
    {{- toYaml $pull.resources | nindent 4 }}
  volumeMounts:
    {{- include "ai-app.claimMount" (dict "root" . "name" "models") | nindent 4 }}
    - {name: config, mountPath: /config, readOnly: true}
    - {name: init-tmp, mountPath: /tmp}
    {{- if include "ollama.registryKeySecret" . }}
    - {name: registry-key, mountPath: /registry-key, readOnly: true}
    {{- end }}
    {{- with .Values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* The container of `helm test`: version, declared models, and that the proxy refuses a caller without a token. */}}
{{- define "ollama.test" -}}
command: [/bin/bash, /config/test-engine.sh]
env:
  HOME: /tmp
  OLLAMA_HOST: {{ printf "http://%s:%d" (include "ai-app.host" .) (int .Values.engine.port) | quote }}
  ENGINE_HOST: {{ include "ai-app.host" . | quote }}
  ENGINE_PORT: {{ .Values.engine.port | quote }}
  {{- if include "ai-app.proxied" . }}
  PROXY_HOST: {{ include "ai-app.proxyHost" . | quote }}
  PROXY_PORT: {{ .Values.proxy.port | quote }}
  {{- end }}
  LOAD_MODEL: {{ .Values.tests.loadModel | quote }}
  GPU_REQUESTED: {{ ternary "true" "false" (not (empty (include "ai-app.hasDevice" .))) | quote }}
volumeMounts:
  - {name: config, mountPath: /config, readOnly: true}
  - {name: tmp, mountPath: /tmp}
volumes:
  - name: config
    configMap: {name: {{ include "ai-app.fullname" . }}-config}
  - name: tmp
    emptyDir: {sizeLimit: 64Mi}
{{- end }}
