{{- define "examined.need" -}}
{{- required "a name is needed" .Values.name -}}
{{- end -}}
