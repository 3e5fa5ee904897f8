{{- define "berth.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "berth.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "berth.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "berth.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "berth.selectorLabels" -}}
app.kubernetes.io/name: {{ include "berth.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "berth.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "berth.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "berth.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "berth.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "berth.tlsName" -}}
{{- default (printf "%s.%s.svc" (include "berth.fullname" .) .Release.Namespace) .Values.tls.serverName -}}
{{- end -}}

{{/* How a probe asks: the kubelet trusts any certificate, and has none to show. */}}
{{- define "berth.probe" -}}
{{- if .Values.tls.clientCa.existingSecret -}}
tcpSocket: { port: http }
{{- else if .Values.tls.existingSecret -}}
httpGet: { path: /healthz, port: http, scheme: HTTPS }
{{- else -}}
httpGet: { path: /healthz, port: http }
{{- end -}}
{{- end -}}

{{- define "berth.claimName" -}}
{{- default (include "berth.fullname" .) .Values.persistence.existingClaim -}}
{{- end -}}

{{/* What the values schema cannot say: what needs what. Each message names the values and what to do. */}}
{{- define "berth.check" -}}
{{- if gt (int .Values.replicas) 1 -}}
{{- if not .Values.postgresql.existingSecret -}}
{{- fail "replicas is more than 1, and SQLite serves one Berth only: set postgresql.existingSecret to a Secret with the PostgreSQL URI, or replicas to 1" -}}
{{- end -}}
{{- if not .Values.token.existingSecret -}}
{{- fail "replicas is more than 1, and all replicas need the same token: set token.existingSecret to a Secret with it" -}}
{{- end -}}
{{- if and (not .Values.persistence.existingClaim) (not (has "ReadWriteMany" .Values.persistence.accessModes)) -}}
{{- fail "replicas is more than 1, and all replicas share packages and images: set persistence.accessModes to [ReadWriteMany], or persistence.existingClaim to a claim that all can mount" -}}
{{- end -}}
{{- end -}}
{{- if and (not .Values.tls.existingSecret) (not .Values.insecureListen) -}}
{{- fail "the pod would listen without TLS, and requests carry a token: set tls.existingSecret to a Secret with tls.crt, tls.key and ca.crt, or insecureListen to true where TLS ends at the ingress or at a service mesh" -}}
{{- end -}}
{{- if and .Values.insecureListen .Values.tls.existingSecret -}}
{{- fail "insecureListen is true and tls.existingSecret is set: the pod speaks either plain HTTP or TLS; take one of them out" -}}
{{- end -}}
{{- if and .Values.tls.clientCa.existingSecret (not .Values.tls.existingSecret) -}}
{{- fail "tls.clientCa.existingSecret is set without TLS: set tls.existingSecret to a Secret with tls.crt, tls.key and ca.crt" -}}
{{- end -}}
{{- if and .Values.tls.clientCa.existingSecret .Values.serviceMonitor.enabled (not .Values.tls.client.existingSecret) -}}
{{- fail "serviceMonitor.enabled is true, and Berth asks for client certificates: set tls.client.existingSecret to a Secret with tls.crt and tls.key for Prometheus" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.tlsSecret) -}}
{{- fail "ingress.enabled is true without TLS, and requests carry a token: set ingress.tlsSecret to the Secret with certificate and key" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- fail "ingress.enabled is true without a host name: set ingress.host" -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled (not .Values.token.existingSecret) (not .Values.config.openMetrics) -}}
{{- fail "serviceMonitor.enabled is true, and /metrics asks for the token: set token.existingSecret to the Secret that Prometheus is to use, or config.openMetrics to true" -}}
{{- end -}}
{{- if and .Values.signatures.trustStore.existingSecret .Values.signatures.trustStore.existingConfigMap -}}
{{- fail "signatures.trustStore has both existingSecret and existingConfigMap: set one of them" -}}
{{- end -}}
{{- end -}}
