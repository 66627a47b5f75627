{{/* Name of the chart, as a label value. */}}
{{- define "ollama.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Name of every object, short enough for the suffixes that are added to it. */}}
{{- define "ollama.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 48 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 48 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "ollama.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Labels of objects. */}}
{{- define "ollama.labels" -}}
helm.sh/chart: {{ include "ollama.chart" . }}
{{ include "ollama.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels that select the engine's pod. The component keeps the test pod out of the Services. */}}
{{- define "ollama.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ollama.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: engine
{{- end }}

{{/* Labels of the test pod; no Service selects them. */}}
{{- define "ollama.testLabels" -}}
app.kubernetes.io/name: {{ include "ollama.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end }}

{{- define "ollama.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "ollama.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* kubernetes or openshift. */}}
{{- define "ollama.platform" -}}
{{- if ne .Values.platform "auto" }}
{{- .Values.platform }}
{{- else if .Capabilities.APIVersions.Has "route.openshift.io/v1" }}
{{- print "openshift" }}
{{- else }}
{{- print "kubernetes" }}
{{- end }}
{{- end }}

{{/* The engine's image in the variant that the GPU needs. */}}
{{- define "ollama.image" -}}
{{- $variant := (index .Values.gpu.presets .Values.gpu.vendor).image }}
{{- $repository := default .Values.image.repository $variant.repository }}
{{- $tag := default .Chart.AppVersion .Values.image.tag }}
{{- include "ollama.imageReference" (dict "registry" .Values.image.registry "repository" $repository "tag" (printf "%s%s" $tag $variant.tagSuffix) "digest" $variant.digest) }}
{{- end }}

{{/* Takes registry, repository, tag and digest; the empty ones are left out. */}}
{{- define "ollama.imageReference" -}}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Resources of a container that uses the GPU. Takes root and resources. */}}
{{- define "ollama.gpuResources" -}}
{{- $gpu := .root.Values.gpu }}
{{- $preset := index $gpu.presets $gpu.vendor }}
{{- with .resources.requests }}
requests:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if or .resources.limits $preset.resourceName }}
limits:
  {{- with .resources.limits }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with $preset.resourceName }}
  {{ . }}: {{ $gpu.count }}
  {{- end }}
{{- end }}
{{- end }}

{{/* "true" when something outside the cluster can reach the pod. */}}
{{- define "ollama.exposed" -}}
{{- if or .Values.route.enabled .Values.ingress.enabled .Values.httpRoute.enabled (ne .Values.proxy.service.type "ClusterIP") }}
{{- print "true" }}
{{- end }}
{{- end }}

{{/* "true" when the proxy runs: whatever is exposed, is exposed through it. */}}
{{- define "ollama.proxy" -}}
{{- if or (eq .Values.proxy.mode "always") (include "ollama.exposed" .) }}
{{- print "true" }}
{{- end }}
{{- end }}

{{- define "ollama.proxyName" -}}
{{- printf "%s-proxy" (include "ollama.fullname" .) }}
{{- end }}

{{/* The Secret that holds the proxy's token. */}}
{{- define "ollama.tokenSecret" -}}
{{- default (printf "%s-token" (include "ollama.fullname" .)) .Values.proxy.auth.existingSecret }}
{{- end }}

{{/* The Secret that holds the registry's key; empty when none is wanted. */}}
{{- define "ollama.registryKeySecret" -}}
{{- if .Values.modelPull.registryKeySecret }}
{{- .Values.modelPull.registryKeySecret }}
{{- else if and .Values.externalSecret.enabled .Values.externalSecret.registryKey.key }}
{{- printf "%s-registry-key" (include "ollama.fullname" .) }}
{{- end }}
{{- end }}

{{- define "ollama.claimName" -}}
{{- default (printf "%s-models" (include "ollama.fullname" .)) .Values.persistence.models.existingClaim }}
{{- end }}

{{/* Host of the engine's Service, as seen from any namespace. */}}
{{- define "ollama.engineHost" -}}
{{- printf "%s.%s.svc" (include "ollama.fullname" .) .Release.Namespace }}
{{- end }}

{{- define "ollama.proxyHost" -}}
{{- printf "%s.%s.svc" (include "ollama.proxyName" .) .Release.Namespace }}
{{- end }}

{{/* The model that readiness asks for; empty when none is declared. */}}
{{- define "ollama.readyModel" -}}
{{- if .Values.probes.readiness.model }}
{{- .Values.probes.readiness.model }}
{{- else if .Values.models }}
{{- (index .Values.models 0).name }}
{{- end }}
{{- end }}

{{/* Environment of the engine, sorted by name. Earlier sources win: env, the GPU's preset, the chart. */}}
{{- define "ollama.env" -}}
{{- $engine := .Values.engine }}
{{- $storage := .Values.persistence.models }}
{{- $chart := dict "HOME" "/home/ollama" }}
{{- $_ := set $chart "OLLAMA_HOST" (printf "%s:%d" $engine.bindAddress (int $engine.port)) }}
{{- $_ := set $chart "OLLAMA_MODELS" $storage.mountPath }}
{{- $_ := set $chart "OLLAMA_CONTEXT_LENGTH" (int $engine.contextLength) }}
{{- $_ := set $chart "OLLAMA_NUM_PARALLEL" (int $engine.parallelRequests) }}
{{- $_ := set $chart "OLLAMA_MAX_LOADED_MODELS" (int $engine.maxLoadedModels) }}
{{- $_ := set $chart "OLLAMA_MAX_QUEUE" (int $engine.maxQueue) }}
{{- $_ := set $chart "OLLAMA_KEEP_ALIVE" $engine.keepAlive }}
{{- $_ := set $chart "OLLAMA_LOAD_TIMEOUT" (printf "%ds" (int .Values.modelLoad.budgetSeconds)) }}
{{- $_ := set $chart "LLAMA_ARG_CACHE_RAM" (int $engine.promptCacheMiB) }}
{{- $_ := set $chart "OLLAMA_NO_CLOUD" (ternary "0" "1" $engine.cloud) }}
{{- with $engine.kvCacheType }}
{{- $_ := set $chart "OLLAMA_KV_CACHE_TYPE" . }}
{{- end }}
{{- with $engine.allowedOrigins }}
{{- $_ := set $chart "OLLAMA_ORIGINS" (join "," .) }}
{{- end }}
{{- if or $storage.shared $storage.readOnly }}
{{- $_ := set $chart "OLLAMA_NOPRUNE" "1" }}
{{- end }}
{{- range $name, $value := merge (dict) .Values.env (index .Values.gpu.presets .Values.gpu.vendor).env $chart }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* Refuses combinations that would render and then not work, or work and not be safe. */}}
{{- define "ollama.validate" -}}
{{- $platform := include "ollama.platform" . }}
{{- $storage := .Values.persistence.models }}
{{- if gt (int .Values.replicas) 1 }}
{{- fail (printf "replicas is %d: one process owns the loaded models, the queue and the models volume, so a second replica cannot share them. Install the chart once more under another release name and balance over both (for example with LiteLLM)." (int .Values.replicas)) }}
{{- end }}
{{- range list "HOME" "OLLAMA_HOST" "OLLAMA_MODELS" }}
{{- if hasKey $.Values.env . }}
{{- fail (printf "env.%s is set by the chart: use engine.bindAddress and engine.port for OLLAMA_HOST, persistence.models.mountPath and subPath for OLLAMA_MODELS; HOME is the scratch volume." .) }}
{{- end }}
{{- end }}
{{- if and .Values.route.enabled (ne $platform "openshift") }}
{{- fail "route.enabled is true and platform is not openshift: a Route exists only there. Set platform to openshift, or use ingress or httpRoute." }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
{{- fail "ingress.enabled is true and ingress.host is empty: without a host the rule would catch every name. Set ingress.host." }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.tls.secretName) }}
{{- fail "ingress.enabled is true and ingress.tls.secretName is empty: the token would travel in the clear. Set ingress.tls.secretName." }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.enabled is true and httpRoute.parentRefs is empty: name the Gateway and its HTTPS listener." }}
{{- end }}
{{- if include "ollama.proxy" . }}
{{- if not (or .Values.proxy.auth.existingSecret .Values.externalSecret.enabled) }}
{{- fail "the proxy runs (proxy.mode is always, or something is exposed) and has no token to compare with: Ollama has no authentication of its own. Set proxy.auth.existingSecret, or externalSecret.enabled with externalSecret.store.name and externalSecret.token.key." }}
{{- end }}
{{- if and .Values.externalSecret.enabled (not .Values.proxy.auth.existingSecret) (not .Values.externalSecret.token.key) }}
{{- fail "externalSecret.enabled is true and externalSecret.token.key is empty: name the entry of the store that holds the proxy's token." }}
{{- end }}
{{- if lt (int .Values.proxy.timeoutSeconds) (int .Values.modelLoad.budgetSeconds) }}
{{- fail (printf "proxy.timeoutSeconds (%d) is below modelLoad.budgetSeconds (%d): the first request after a start waits for the model and would be cut off." (int .Values.proxy.timeoutSeconds) (int .Values.modelLoad.budgetSeconds)) }}
{{- end }}
{{- end }}
{{- if and .Values.externalSecret.enabled (not .Values.externalSecret.store.name) }}
{{- fail "externalSecret.enabled is true and externalSecret.store.name is empty: name the SecretStore or ClusterSecretStore." }}
{{- end }}
{{- if and .Values.networkPolicy.enabled (include "ollama.exposed" .) (not .Values.networkPolicy.routers) (not (index .Values.platforms $platform).routers) }}
{{- fail "something is exposed and networkPolicy.routers is empty: name the namespace of the ingress controller or gateway, or the policy keeps its traffic out." }}
{{- end }}
{{- if and .Values.podMonitor.enabled (not (include "ollama.proxy" .)) }}
{{- fail "podMonitor.enabled is true and the proxy does not run: Ollama has no metrics, the proxy has. Set proxy.mode to always." }}
{{- end }}
{{- if and .Values.models $storage.readOnly }}
{{- fail "models are declared and persistence.models.readOnly is true: they could not be fetched onto the volume. Empty models, or make the volume writable." }}
{{- end }}
{{- if and $storage.readOnly (not $storage.existingClaim) }}
{{- fail "persistence.models.readOnly is true and persistence.models.existingClaim is empty: a new claim that nobody can write stays empty. Name the claim that somebody else fills." }}
{{- end }}
{{- if and .Values.affinity.nodeAffinity .Values.gpu.nodeAffinity.enabled (index .Values.gpu.presets .Values.gpu.vendor).nodeLabels }}
{{- fail "affinity.nodeAffinity and gpu.nodeAffinity.enabled are both set: their terms would be alternatives of each other. Use nodeSelector for the further labels, or switch gpu.nodeAffinity.enabled off and write all terms in affinity." }}
{{- end }}
{{- if le (int .Values.shutdown.gracePeriodSeconds) (int .Values.shutdown.drainSeconds) }}
{{- fail (printf "shutdown.gracePeriodSeconds (%d) must be above shutdown.drainSeconds (%d): the engine would be killed while it drains." (int .Values.shutdown.gracePeriodSeconds) (int .Values.shutdown.drainSeconds)) }}
{{- end }}
{{- end }}
