{{/*
Gatus with the endpoints of all charts: each chart renders a ConfigMap that carries a label, the side container
writes each into one directory, and Gatus reads the directory as one configuration.
*/}}
{{- define "ai-role.gatus" -}}
{{- $gatus := .Values.gatus -}}
{{- if $gatus.enabled }}
apiVersion: v1
kind: Namespace
metadata:
  name: {{ $gatus.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
    pod-security.kubernetes.io/enforce: restricted
  annotations:
    argocd.argoproj.io/sync-wave: "-5"
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: gatus
  namespace: {{ $gatus.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
automountServiceAccountToken: false
---
# The side container watches a label, and a watch cannot be limited to a label by RBAC; nor is the list of
# namespaces known before the apps are there. It reads ConfigMaps, no Secrets.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ include "ai-role.name" . }}-gatus
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
rules:
  - apiGroups: [""]
    resources: [configmaps]
    verbs: [get, list, watch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ include "ai-role.name" . }}-gatus
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "ai-role.name" . }}-gatus
subjects:
  - kind: ServiceAccount
    name: gatus
    namespace: {{ $gatus.namespace }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: gatus-base
  namespace: {{ $gatus.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
data:
  base.yaml: |
    {{- /* Lists of several files are joined; a scalar that stands in two files is an error. */}}
    metrics: true
    # A ConfigMap that Gatus cannot read must not end the monitoring of everything else.
    skip-invalid-config-update: true
    concurrency: {{ $gatus.concurrency }}
    storage:
      type: sqlite
      path: /data/gatus.db
    # Gatus refuses to start without an endpoint, and the side container may not have written any yet.
    endpoints:
      - name: kubernetes-api
        group: cluster
        url: tcp://kubernetes.default.svc:443
        interval: 1m
        conditions:
          - "[CONNECTED] == true"
{{- if $gatus.persistence.enabled }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: gatus-data
  namespace: {{ $gatus.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
spec:
  accessModes: [ReadWriteOnce]
  {{- with $gatus.persistence.storageClass }}
  storageClassName: {{ . | quote }}
  {{- end }}
  resources:
    requests:
      storage: {{ $gatus.persistence.size }}
{{- end }}
---
{{ include "ai-role.gatus.deployment" . }}
---
apiVersion: v1
kind: Service
metadata:
  name: gatus
  namespace: {{ $gatus.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
spec:
  selector:
    app.kubernetes.io/name: gatus
    app.kubernetes.io/instance: {{ .Release.Name }}
  ports:
    - name: http
      port: 8080
      targetPort: http
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: gatus
  namespace: {{ $gatus.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: gatus
      app.kubernetes.io/instance: {{ .Release.Name }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- with $gatus.callers }}
    - from:
        {{- toYaml . | nindent 8 }}
      ports:
        - port: http
          protocol: TCP
    {{- else }}
    []
    {{- end }}
  egress:
    # Names.
    - to:
        {{- toYaml $gatus.dns.to | nindent 8 }}
      ports:
        {{- range $gatus.dns.ports }}
        - port: {{ . }}
          protocol: UDP
        - port: {{ . }}
          protocol: TCP
        {{- end }}
    # The API server, whose addresses no selector names: for the side container and the endpoint of the base.
    - ports:
        - port: 443
          protocol: TCP
        - port: 6443
          protocol: TCP
    # The apps; which ports, their own policies say.
    - to:
        - namespaceSelector:
            matchLabels:
              app.kubernetes.io/part-of: {{ include "ai-role.name" . }}
{{- end }}
{{- end -}}

{{/* The pod: Gatus, and beside it the container that collects the endpoints. */}}
{{- define "ai-role.gatus.deployment" -}}
{{- $gatus := .Values.gatus -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: gatus
  namespace: {{ $gatus.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
spec:
  replicas: 1
  # One process owns the database.
  strategy:
    type: Recreate
  selector:
    matchLabels:
      app.kubernetes.io/name: gatus
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: gatus
        app.kubernetes.io/instance: {{ .Release.Name }}
      annotations:
        checksum/base: {{ toJson $gatus | sha256sum }}
    spec:
      serviceAccountName: gatus
      # The side container alone asks the API server.
      automountServiceAccountToken: true
      enableServiceLinks: false
      securityContext:
        runAsNonRoot: true
        {{- with $gatus.podSecurityContext }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        seccompProfile:
          type: RuntimeDefault
      initContainers:
        - name: endpoints
          image: {{ $gatus.sidecar.image }}
          restartPolicy: Always
          env:
            - name: LABEL
              value: {{ $gatus.label.key | quote }}
            # Without a value any would do, "false" too.
            - name: LABEL_VALUE
              value: {{ $gatus.label.value | quote }}
            - name: RESOURCE
              value: configmap
            - name: NAMESPACE
              value: ALL
            - name: FOLDER
              value: /endpoints
            # Two charts may use the same file name.
            - name: UNIQUE_FILENAMES
              value: "true"
            - name: METHOD
              value: WATCH
          securityContext:
            {{- include "ai-role.containerSecurityContext" . | nindent 12 }}
          resources:
            {{- toYaml $gatus.sidecar.resources | nindent 12 }}
          volumeMounts:
            - name: endpoints
              mountPath: /endpoints
            - name: tmp
              mountPath: /tmp
      containers:
        - name: gatus
          image: {{ $gatus.image }}
          env:
            # Not /config, where the image has an example of its own.
            - name: GATUS_CONFIG_PATH
              value: /etc/gatus
          ports:
            - name: http
              containerPort: 8080
          startupProbe:
            httpGet:
              path: /health
              port: http
            periodSeconds: 5
            failureThreshold: 24
          livenessProbe:
            httpGet:
              path: /health
              port: http
            periodSeconds: 30
            timeoutSeconds: 5
          readinessProbe:
            httpGet:
              path: /health
              port: http
            periodSeconds: 10
            timeoutSeconds: 5
          securityContext:
            {{- include "ai-role.containerSecurityContext" . | nindent 12 }}
          resources:
            {{- toYaml $gatus.resources | nindent 12 }}
          volumeMounts:
            - name: base
              mountPath: /etc/gatus/base
              readOnly: true
            - name: endpoints
              mountPath: /etc/gatus/endpoints
              readOnly: true
            - name: data
              mountPath: /data
      volumes:
        # A directory, not a file of it: a file that is mounted alone never changes.
        - name: base
          configMap:
            name: gatus-base
        # Empty at each start, so that the endpoints of an app that is gone do not stay.
        - name: endpoints
          emptyDir:
            sizeLimit: 16Mi
        - name: tmp
          emptyDir:
            sizeLimit: 16Mi
        - name: data
          {{- if $gatus.persistence.enabled }}
          persistentVolumeClaim:
            claimName: gatus-data
          {{- else }}
          emptyDir:
            sizeLimit: 256Mi
          {{- end }}
{{- end -}}

{{- define "ai-role.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
