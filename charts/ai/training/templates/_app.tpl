{{/* What runs: torchrun in each pod, gathered by the first one. */}}
{{- define "training.app" -}}
{{- $run := .Values.training -}}
{{- $device := include "ai-app.hasDevice" . -}}
{{- $processes := int $run.processesPerNode | default (ternary (int .Values.gpu.count) 1 (not (empty $device))) -}}
{{- $claims := list "checkpoints" -}}
{{- if .Values.persistence.dataset.enabled -}}
{{- $claims = prepend $claims "dataset" -}}
{{- end -}}
component: training
suffix: {{ $run.run | quote }}
title: Training
workload:
  kind: Job
  {{- if $run.queue }}
  labels:
    kueue.x-k8s.io/queue-name: {{ $run.queue }}
    {{- with $run.queuePriority }}
    kueue.x-k8s.io/priority-class: {{ . }}
    {{- end }}
  {{- end }}
  spec:
    {{- include "training.jobSpec" . | nindent 4 }}
pod:
  restartPolicy: Never
  annotations:
    checksum/source: {{ include "training.files" . | sha256sum }}
  spec:
    subdomain: {{ include "training.name" . }}
container:
  command: [torchrun]
  args:
    - --nnodes={{ $run.nodes }}
    - --nproc-per-node={{ $processes }}
    - --max-restarts={{ $run.maxRestarts }}
    {{- if gt (int $run.nodes) 1 }}
    - --rdzv-backend=c10d
    - --rdzv-endpoint={{ include "training.first" . }}:{{ $run.port }}
    - --rdzv-id={{ include "training.name" . }}
    - --rdzv-conf=timeout={{ $run.rendezvousSeconds }}
    {{- else }}
    - --standalone
    {{- end }}
    - {{ $run.script | quote }}
    {{- range $run.args }}
    - {{ . | quote }}
    {{- end }}
  env:
    HOME: /home/training
    # Names for a user that no file knows.
    USER: training
    LOGNAME: training
    XDG_CACHE_HOME: /home/training/cache
    HF_HOME: /home/training/huggingface
    TORCH_HOME: /home/training/torch
    TRITON_CACHE_DIR: /home/training/cache/triton
    TORCHINDUCTOR_CACHE_DIR: /home/training/cache/inductor
    PYTHONUNBUFFERED: "1"
    # Nothing is fetched and nothing is reported unless the values say so.
    HF_HUB_OFFLINE: "1"
    HF_HUB_DISABLE_TELEMETRY: "1"
    DO_NOT_TRACK: "1"
    WANDB_MODE: offline
    TRAINING_DEVICE: {{ .Values.gpu.vendor }}
    CHECKPOINT_DIR: {{ .Values.persistence.checkpoints.mountPath }}
    {{- if .Values.persistence.dataset.enabled }}
    DATASET_DIR: {{ .Values.persistence.dataset.mountPath }}
    {{- end }}
    # A collective that fails ends the process instead of hanging it.
    TORCH_NCCL_ASYNC_ERROR_HANDLING: "1"
    NCCL_DEBUG: WARN
    # Each process would take all cores of the node otherwise.
    OMP_NUM_THREADS: {{ max 1 (div (regexFind "^[0-9]+$" (toString (.Values.resources.limits).cpu) | int) $processes) | quote }}
  ports:
    - {name: rendezvous, containerPort: {{ $run.port }}}
  volumeMounts:
    - {name: source, mountPath: /training, readOnly: true}
{{- if gt (int $run.nodes) 1 }}
initContainers:
  # A name that is not there yet is fatal to torchrun.
  - name: rendezvous
    command: [python3, /training/.wait.py]
    env:
      WAIT_FOR: {{ include "training.first" . }}
      WAIT_SECONDS: {{ $run.rendezvousSeconds | quote }}
    volumeMounts:
      - {name: source, mountPath: /training, readOnly: true}
    resources:
      requests: {cpu: 50m, memory: 64Mi, ephemeral-storage: 16Mi}
      limits: {cpu: 500m, memory: 128Mi, ephemeral-storage: 64Mi}
{{- end }}
claims: {{ toJson $claims }}
scratch:
  - {name: home, mountPath: /home/training, size: {{ .Values.scratch.homeSize }}}
  - {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
volumes:
  - name: source
    configMap: {name: {{ include "training.name" . }}}
service:
  headless: true
network:
  # All ports: collectives choose theirs. They ask for no password, so nobody else comes in.
  ingress:
    - from: [{podSelector: {matchLabels: {{ include "training.peers" . }}}}]
  egress:
    - to: [{podSelector: {matchLabels: {{ include "training.peers" . }}}}]
advice:
  memory: Raise resources.limits.memory; gpu.sharedMemorySize and the loaders' workers are part of it.
  gpu: Take smaller batches, accumulate gradients, recompute activations, or shard over more devices.
  volume: Remove old checkpoints, or keep fewer.
alerts:
  - alert: TrainingFailed
    expr: |-
      max by (namespace, job_name) (kube_job_failed{{ print "{" }}namespace="{{ .Release.Namespace }}", job_name=~"{{ include "ai-app.fullname" . }}-.*", condition="true"}) == 1
    labels: {severity: warning}
    annotations:
      summary: A training run has failed
      description: Look at the log of the pod that failed first; the others only report that it was gone.
  - alert: TrainingIncomplete
    # Some pods run and hold devices while others wait for theirs.
    expr: |-
      count(kube_pod_status_phase{{ print "{" }}namespace="{{ .Release.Namespace }}", pod=~"{{ include "training.name" . }}-.*", phase="Running"} == 1) > 0
      and count(kube_pod_status_phase{{ print "{" }}namespace="{{ .Release.Namespace }}", pod=~"{{ include "training.name" . }}-.*", phase="Pending"} == 1) > 0
    for: {{ $run.rendezvousSeconds }}s
    labels: {severity: warning}
    annotations:
      summary: Only a part of a training run has been scheduled
      description: Set training.queue, so that Kueue admits all pods or none.
{{- end }}

{{- define "training.name" -}}
{{- printf "%s-%s" (include "ai-app.fullname" .) .Values.training.run }}
{{- end }}

{{/* Address of the first pod. */}}
{{- define "training.first" -}}
{{- $name := include "training.name" . }}
{{- $pod := printf "%s-0" $name }}
{{- if eq .Values.training.kind "JobSet" }}
{{- $pod = printf "%s-node-0-0" $name }}
{{- end }}
{{- printf "%s.%s.%s.svc" $pod $name .Release.Namespace }}
{{- end }}

{{- define "training.peers" -}}
{{- dict "app.kubernetes.io/name" (include "ai-app.name" .) "app.kubernetes.io/instance" .Release.Name "app.kubernetes.io/component" "training" | toJson }}
{{- end }}

{{/* Fields of a Job besides its pods. */}}
{{- define "training.jobSpec" -}}
{{- $run := .Values.training -}}
completionMode: Indexed
completions: {{ $run.nodes }}
parallelism: {{ $run.nodes }}
{{- if eq $run.kind "JobSet" }}
# One failure is enough: the set starts again as a whole.
backoffLimit: 0
{{- else }}
backoffLimit: {{ mul $run.retries $run.nodes }}
activeDeadlineSeconds: {{ $run.deadlineSeconds }}
{{- if not (kindIs "invalid" $run.ttlSeconds) }}
ttlSecondsAfterFinished: {{ $run.ttlSeconds }}
{{- end }}
{{- end }}
# A new pod would stand beside a dying one, and both would hold the volume.
podReplacementPolicy: Failed
# A node that is drained, or a pod that is preempted, is no failure of the run. Exit codes say nothing here: torchrun
# ends with 1 whatever its processes ended with.
podFailurePolicy:
  rules:
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
{{- end }}

{{- define "training.files" -}}
check.py: |
  {{- .Files.Get "files/check.py" | nindent 2 }}
.wait.py: |
  {{- .Files.Get "files/wait.py" | nindent 2 }}
{{- range $name, $text := .Values.training.source }}
{{ $name }}: |
  {{- $text | nindent 2 }}
{{- end }}
{{- end }}
