#!/usr/bin/env bash
# The smoke test of an application on kind: the same on a laptop and in any CI system.
# It needs kind, kubectl and podwatch on PATH. Arguments are added to `podwatch expect`.
set -euo pipefail
cluster=${CLUSTER:-podwatch-ci}
manifest=${MANIFEST:-$(dirname "$0")/app.yaml}
evidence=${EVIDENCE:-$(mktemp -d)}
export KUBECONFIG="$evidence/kubeconfig"

kind create cluster --name "$cluster"
trap 'kind delete cluster --name "$cluster"' EXIT

# Everything that was applied and has Pods is judged; the rest (a Service) is named as not judged.
kubectl apply -f "$manifest"
podwatch expect -f "$manifest" --timeout 3m --never oom-killed \
  --junit "$evidence/junit.xml" --record "$evidence/run.jsonl" "$@"
echo "evidence: $evidence (podwatch replay $evidence/run.jsonl)"
