{{- /* Names, labels, and what every container of ours has in common. */ -}}

{{- define "orderline.name" -}}
{{- printf "%s-%s" .root.Release.Name (.program | replace "_" "-") | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "orderline.selector" -}}
app.kubernetes.io/name: orderline
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .program }}
{{- end }}

{{- define "orderline.labels" -}}
{{ include "orderline.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "orderline.image" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "orderline.pod" -}}
# No program of ours talks to Kubernetes.
automountServiceAccountToken: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "orderline.kafka" -}}
- --bootstrap
- {{ required "kafka.bootstrap is missing: HOST:PORT of your Kafka" .Values.kafka.bootstrap | quote }}
{{- if .Values.kafka.optionsSecret }}
- --kafka-options
- /etc/orderline/kafka/options
{{- end }}
{{- end }}

{{- define "orderline.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .Values.kafka.optionsSecret }}
- {name: kafka-options, mountPath: /etc/orderline/kafka, readOnly: true}
{{- end }}
{{- end }}

{{- define "orderline.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- with .Values.kafka.optionsSecret }}
- name: kafka-options
  secret: {secretName: {{ . }}}
{{- end }}
{{- end }}

{{- define "orderline.probes" -}}
# A restore that makes progress is alive, so a long one is not cut short; what waits for it is readiness.
startupProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}
