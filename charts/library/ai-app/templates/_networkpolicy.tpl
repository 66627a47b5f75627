{{/*
Default deny for the pods, then what is declared. `network` of the description holds
  callerPorts  names of the ports that networkPolicy.callers may use; default those of the Service, [] for none
  annotations  of the policy, for example those of the hook whose pods it is for
  https        true when the pods need HTTPS to the outside; decides for networkPolicy.egress.https: auto
  ingress      further rules in Kubernetes' own form, for example between the ranks of a training job
  egress       further rules in Kubernetes' own form, for example to a database
Takes root and app.
*/}}
{{- define "ai-app.networkpolicy" -}}
{{- $root := .root }}
{{- $policy := $root.Values.networkPolicy }}
{{- if $policy.enabled }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $network := default dict $app.network }}
{{- $platform := include "ai-app.platformRow" $root | fromYaml }}
{{- $proxied := include "ai-app.proxiedHere" . }}
{{- $proxy := ternary (list "proxy") list (eq $proxied "true") }}
{{- $served := splitList "\n" (include "ai-app.servicePorts" . | trim) | compact }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
  {{- with $network.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  podSelector:
    matchLabels:
      {{- include "ai-app.selectorLabels" . | nindent 6 }}
  policyTypes:
    - Ingress
    - Egress
  # An empty list of peers would mean everybody, so a rule is written only when somebody is named.
  {{- $rules := list }}
  {{- $called := $served }}
  {{- if hasKey $network "callerPorts" }}
  {{- $called = $network.callerPorts }}
  {{- end }}
  {{- if $called }}
  {{- $rules = append $rules (dict "why" "Callers inside the cluster." "from" $policy.callers "ports" $called) }}
  {{- end }}
  {{- if and $app.test $root.Values.tests.enabled }}
  {{- $test := dict "podSelector" (dict "matchLabels" (include "ai-app.testLabels" $root | fromYaml)) }}
  {{- $rules = append $rules (dict "why" "`helm test`" "from" (list $test) "ports" (concat $served $proxy)) }}
  {{- end }}
  {{- if and $root.Values.gatus.enabled (or $app.gatus $proxied) }}
  {{- $asked := $proxy }}
  {{- range $app.gatus }}
  {{- $asked = append $asked .port }}
  {{- end }}
  {{- $rules = append $rules (dict "why" "Gatus" "from" $root.Values.gatus.from "ports" (uniq $asked | sortAlpha)) }}
  {{- end }}
  {{- if and (include "ai-app.exposed" $root) (or $app.entrance $proxied) }}
  {{- $port := (include "ai-app.entrance" . | fromYaml).port }}
  {{- $rules = append $rules (dict "why" "Traffic from outside." "from" (default $platform.routers $policy.routers) "ports" (list $port)) }}
  {{- end }}
  {{- if $proxied }}
  {{- $rules = append $rules (dict "why" "Callers with a token." "from" $policy.proxyCallers "ports" $proxy) }}
  {{- end }}
  {{- with include "ai-app.metricsPorts" . | trim }}
  {{- $rules = append $rules (dict "why" "Metrics." "from" (default $platform.scrapers $policy.scrapers) "ports" (splitList "\n" .)) }}
  {{- end }}
  {{- $named := list }}
  {{- range $rules }}
  {{- if .from }}
  {{- $named = append $named . }}
  {{- end }}
  {{- end }}
  ingress:{{ if not (or $named $network.ingress) }} []{{ end }}
    {{- range $named }}
    # {{ .why }}
    - from:
        {{- toYaml .from | nindent 8 }}
      ports:
        {{- range .ports }}
        - port: {{ . }}
          protocol: TCP
        {{- end }}
    {{- end }}
    {{- with $network.ingress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  egress:
    {{- $https := or $network.https (include "ai-app.fetchesHere" .) }}
    {{- include "ai-app.egress" (dict "root" $root "https" $https "rules" $network.egress) | trim | nindent 4 }}
{{- end }}
{{- end }}

{{/* Rules of egress. Takes root, https (whether the pods need it) and rules, further ones. */}}
{{- define "ai-app.egress" -}}
{{- $policy := .root.Values.networkPolicy.egress }}
{{- $dns := (include "ai-app.platformRow" .root | fromYaml).dns }}
# Names.
- to:
    {{- toYaml $dns.to | nindent 4 }}
  ports:
    {{- range $dns.ports }}
    - port: {{ . }}
      protocol: UDP
    - port: {{ . }}
      protocol: TCP
    {{- end }}
{{- if or (eq $policy.https "always") (and (eq $policy.https "auto") .https) }}
# The outside, over HTTPS.
- to:
    {{- toYaml $policy.httpsTo | nindent 4 }}
  ports:
    - port: 443
      protocol: TCP
{{- end }}
{{- with concat (default list .rules) $policy.extra }}
{{ toYaml . }}
{{- end }}
{{- end }}
