{{/*
Refuses combinations that would render and then not work, or work and not be safe. A chart includes it in
templates/validate.yaml and adds its own refusals there. Takes root and app.
*/}}
{{- define "ai-app.validate" -}}
{{- include "ai-app.validateEntrance" . }}
{{- include "ai-app.validateProxy" . }}
{{- include "ai-app.validateSecrets" . }}
{{- include "ai-app.validatePod" . }}
{{- include "ai-app.validateStorage" . }}
{{- end }}

{{- define "ai-app.validateEntrance" -}}
{{- $values := .root.Values }}
{{- $platform := include "ai-app.platform" .root }}
{{- if and $values.route.enabled (ne $platform "openshift") }}
{{- fail "route.enabled is true and platform is not openshift: a Route exists only there. Set platform to openshift, or use ingress or httpRoute." }}
{{- end }}
{{- if and $values.ingress.enabled (not $values.ingress.host) }}
{{- fail "ingress.enabled is true and ingress.host is empty: without a host the rule would catch every name. Set ingress.host." }}
{{- end }}
{{- if and $values.ingress.enabled (not $values.ingress.tls.secretName) }}
{{- fail "ingress.enabled is true and ingress.tls.secretName is empty: tokens and passwords would travel in the clear. Set ingress.tls.secretName." }}
{{- end }}
{{- if and $values.httpRoute.enabled (not $values.httpRoute.parentRefs) }}
{{- fail "httpRoute.enabled is true and httpRoute.parentRefs is empty: name the Gateway and its HTTPS listener." }}
{{- end }}
{{- if and $values.networkPolicy.enabled (include "ai-app.exposed" .root) (not $values.networkPolicy.routers) (not (index $values.platforms $platform).routers) }}
{{- fail "something is exposed and networkPolicy.routers is empty: name the namespace of the ingress controller or gateway, or the policy keeps its traffic out." }}
{{- end }}
{{- end }}

{{- define "ai-app.validateProxy" -}}
{{- $values := .root.Values }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- if include "ai-app.proxiedHere" . }}
{{- if not (or $values.proxy.auth.existingSecret $values.externalSecret.enabled) }}
{{- fail "the proxy runs (proxy.mode is always, or something is exposed) and has no token to compare with. Set proxy.auth.existingSecret, or externalSecret.enabled with externalSecret.store.name and externalSecret.token.key." }}
{{- end }}
{{- if and $values.externalSecret.enabled (not $values.proxy.auth.existingSecret) (not $values.externalSecret.token.key) }}
{{- fail "externalSecret.enabled is true and externalSecret.token.key is empty: name the entry of the store that holds the proxy's token." }}
{{- end }}
{{- range $app.container.ports }}
{{- if has (int .containerPort) (list (int $values.proxy.port) (int $values.proxy.metricsPort)) }}
{{- fail (printf "port %d is the app's (%s) and the proxy's: both listen in one pod. Change proxy.port or proxy.metricsPort." (int .containerPort) .name) }}
{{- end }}
{{- end }}
{{- $budget := int $app.container.startupBudgetSeconds }}
{{- if lt (int $values.proxy.timeoutSeconds) $budget }}
{{- fail (printf "proxy.timeoutSeconds (%d) is below the time that a start may take (%d): the first request after a start waits for the model and would be cut off." (int $values.proxy.timeoutSeconds) $budget) }}
{{- end }}
{{- end }}
{{- if and $values.podMonitor.enabled (not $app.metrics) (not (include "ai-app.proxiedHere" .)) }}
{{- fail (printf "podMonitor.enabled is true and there is nothing to scrape: %s has no metrics of its own.%s" (default .root.Chart.Name $app.title) (empty $values.proxy | ternary "" " The proxy has: set proxy.mode to always.")) }}
{{- end }}
{{- end }}

{{- define "ai-app.validateSecrets" -}}
{{- $secret := .root.Values.externalSecret }}
{{- if and $secret.enabled (not $secret.store.name) }}
{{- fail "externalSecret.enabled is true and externalSecret.store.name is empty: name the SecretStore or ClusterSecretStore." }}
{{- end }}
{{- end }}

{{- define "ai-app.validatePod" -}}
{{- $values := .root.Values }}
{{- $row := include "ai-app.gpu" .root | fromYaml }}
{{- with $values.gpu }}
{{- if and $values.affinity.nodeAffinity .nodeAffinity.enabled $row.nodeLabels }}
{{- fail "affinity.nodeAffinity and gpu.nodeAffinity.enabled are both set: their terms would be alternatives of each other. Use nodeSelector for the further labels, or switch gpu.nodeAffinity.enabled off and write all terms in affinity." }}
{{- end }}
{{- end }}
{{- if le (int $values.shutdown.gracePeriodSeconds) (int $values.shutdown.drainSeconds) }}
{{- fail (printf "shutdown.gracePeriodSeconds (%d) must be above shutdown.drainSeconds (%d): the app would be killed while it drains." (int $values.shutdown.gracePeriodSeconds) (int $values.shutdown.drainSeconds)) }}
{{- end }}
{{- end }}

{{- define "ai-app.validateStorage" -}}
{{- $root := .root }}
{{- include "ai-app.describe" . }}
{{- range $name := .described.claims }}
{{- $storage := index $root.Values.persistence $name }}
{{- if and $storage.readOnly (not $storage.existingClaim) }}
{{- fail (printf "persistence.%s.readOnly is true and persistence.%s.existingClaim is empty: a new claim that nobody can write stays empty. Name the claim that somebody else fills." $name $name) }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Refuses a vendor for which the chart knows no image and the values name none: when the row's repository is empty and
it adds nothing to the tag. Takes the chart's own context; a chart includes it when upstream builds for some vendors
only.
*/}}
{{- define "ai-app.validateVendorImage" -}}
{{- $vendor := .Values.gpu.vendor }}
{{- $image := (index .Values.gpu.presets $vendor).image }}
{{- if and (ne $vendor "none") (not (or $image.repository $image.tagPrefix $image.tagSuffix)) }}
{{- fail (printf "gpu.vendor is %s, and upstream publishes no image for it: build one and name it in gpu.presets.%s.image, or set gpu.vendor to none." $vendor $vendor) }}
{{- end }}
{{- end }}
