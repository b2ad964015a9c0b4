#!/bin/sh
# Makes a namespace for each learner, with a Role that lets them do the exercises there and nothing
# else, a quota, and a kubeconfig file to hand out. It can be run again, and takes it all away.
set -eu

usage() {
    cat <<'TEXT'
usage: learners.sh [options] NUMBER | NAME...

  learners.sh 12                 twelve learners: 01 to 12
  learners.sh anna ben carla     by name; again with more names adds those
  learners.sh --remove           take away all that it made; with names, only theirs

options:
  --taint NODE     also taint and label this node with shop=payments, for the exercise about
                   tolerations; kind-class.yaml has such a node already. With --remove: undo it
  --out FOLDER     where the kubeconfig files go (kubeconfigs)
  --server URL     the address that learners reach the API server at, if not yours
  --duration TIME  how long the kubeconfigs are good for (24h); run it again for new ones
  --yes            do not ask before writing to the cluster
TEXT
}

fail() {
    printf 'learners.sh: %s\n' "$1" >&2
    [ "$#" -lt 2 ] || printf '  %s\n' "$2" >&2
    exit "${3:-1}"
}

here=$(cd "$(dirname "$0")" && pwd)
role_file=$here/../rbac/learner.yaml
mark=podwatch/set-up=learners.sh
out=kubeconfigs
server='' duration=24h taint='' remove='' yes='' names=''

value() {
    [ "$#" -ge 2 ] || fail "$1 needs a value" "learners.sh --help" 2
}

while [ "$#" -gt 0 ]; do
    case $1 in
    -h | --help) usage && exit 0 ;;
    --remove) remove=yes ;;
    --yes | -y) yes=yes ;;
    --taint) value "$@" && taint=$2 && shift ;;
    --out) value "$@" && out=$2 && shift ;;
    --server) value "$@" && server=$2 && shift ;;
    --duration) value "$@" && duration=$2 && shift ;;
    -*) fail "$1 is no option" "learners.sh --help" 2 ;;
    *) names="$names $1" ;;
    esac
    shift
done

command -v kubectl >/dev/null || fail "kubectl is not on PATH" "https://kubernetes.io/docs/tasks/tools/" 2

# ── the names ──

case $names in
*[!0-9\ ]* | '') ;;
*' '*' '*) ;; # several numbers are names
*)
    number=${names# }
    case $number in
    0* | ????*) fail "\"$number\" is no number of learners" "write 1 to 999, or names" 2 ;;
    esac
    names='' one=1
    while [ "$one" -le "$number" ]; do
        names="$names $(printf '%02d' "$one")"
        one=$((one + 1))
    done
    ;;
esac
[ -n "$names" ] || [ -n "$remove" ] || { usage >&2 && exit 2; }

namespace_of() {
    printf 'learner-%s' "$(printf '%s' "$1" | tr 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' 'abcdefghijklmnopqrstuvwxyz')"
}

seen=' '
for name in $names; do
    case $name in
    *[!A-Za-z0-9-]* | -* | *- | ????????????????????????????????????????*)
        fail "\"$name\" can't be the name of a namespace" \
            "use letters of a to z, digits and -, at most 39 of them" 2
        ;;
    esac
    namespace=$(namespace_of "$name")
    case $seen in
    *" $namespace "*) fail "two learners are called $name" "tell them apart: $name-1 $name-2" 2 ;;
    esac
    seen="$seen$namespace "
done

# ── where ──

config() {
    kubectl config view --raw --minify --flatten -o "jsonpath={.clusters[0].cluster.$1}"
}

address=$(config server 2>/dev/null) || address=''
[ -n "$address" ] ||
    fail "kubectl knows no cluster" "make one: kind create cluster --config docs/workshop/kind-class.yaml" 2
kubectl get namespaces -o name >/dev/null ||
    fail "the cluster at $address can't be asked for its namespaces" "kubectl cluster-info" 2

agree() {
    [ -z "$yes" ] || return 0
    [ -t 0 ] || fail "nobody can be asked whether to write to $address" "--yes says that you want it" 2
    printf '%s on %s (context %s). Go on? [y/N] ' "$1" "$address" "$(kubectl config current-context)"
    read -r answer || answer=n
    case $answer in
    y | Y | yes | Yes) ;;
    *) fail "nothing was changed" ;;
    esac
}

# " anna ben ": what is in such a list has a blank on both sides
found() {
    printf ' %s ' "$(kubectl get namespaces "$@" -o 'jsonpath={.items[*].metadata.name}')"
}

has() {
    case $1 in *" $2 "*) ;; *) return 1 ;; esac
}

# ── take it away ──

ours=$(found -l "$mark")
if [ -n "$remove" ]; then
    gone=''
    for namespace in $ours; do
        if [ -z "$names" ] || has "$seen" "$namespace"; then gone="$gone $namespace"; fi
    done
    [ -n "$gone" ] || [ -n "$taint" ] || { echo "there is nothing that this script made" && exit 0; }
    agree "This removes:$gone${taint:+ the taint of $taint}"
    for namespace in $gone; do
        rm -f "$out/${namespace#learner-}.kubeconfig"
    done
    # shellcheck disable=SC2086 # one word for each namespace
    [ -z "$gone" ] || kubectl delete namespace $gone
    if [ -n "$taint" ]; then
        kubectl taint node "$taint" shop- >/dev/null || true
        kubectl label node "$taint" shop- >/dev/null
        echo "node/$taint has neither the taint nor the label shop any more"
    fi
    rmdir "$out" 2>/dev/null || true
    exit 0
fi

# ── make it ──

[ -r "$role_file" ] || fail "$role_file is not there" "run this script where it is: docs/workshop" 2
role=$(kubectl create --dry-run=client -f "$role_file" -o 'jsonpath={.metadata.name}')
there=$(found)
for namespace in $seen; do
    if has "$there" "$namespace" && ! has "$ours" "$namespace"; then
        fail "namespace $namespace is there, and this script did not make it" \
            "delete it, or call the learner something else"
    fi
done
agree "This makes:${seen% }"

authority=$(config certificate-authority-data)
if [ -n "$authority" ]; then
    trust="certificate-authority-data: $authority"
elif [ "$(config insecure-skip-tls-verify)" = true ]; then
    trust='insecure-skip-tls-verify: true'
else
    trust='insecure-skip-tls-verify: false'
fi
umask 077
mkdir -p "$out"

for name in $names; do
    namespace=$(namespace_of "$name")
    kubectl apply -f - >/dev/null <<TEXT
apiVersion: v1
kind: Namespace
metadata:
  name: $namespace
  labels:
    podwatch/learner: "$name"
    podwatch/set-up: learners.sh
    # who may make Pods shall not get at the node by one
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: learner, namespace: $namespace}
---
# As many as the exercises need, and some more; ports of nodes belong to all.
apiVersion: v1
kind: ResourceQuota
metadata: {name: learner, namespace: $namespace}
spec:
  hard:
    pods: "20"
    services: "10"
    services.nodeports: "0"
    services.loadbalancers: "0"
    configmaps: "20"
    secrets: "20"
    persistentvolumeclaims: "5"
    count/deployments.apps: "10"
    count/jobs.batch: "10"
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: learner, namespace: $namespace}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: $role}
subjects:
  - {kind: ServiceAccount, name: learner, namespace: $namespace}
TEXT
    kubectl apply -n "$namespace" -f "$role_file" >/dev/null
    token=$(kubectl create token learner -n "$namespace" --duration "$duration")
    file=$out/${namespace#learner-}.kubeconfig
    cat >"$file.new" <<TEXT
apiVersion: v1
kind: Config
current-context: podwatch
clusters:
  - name: class
    cluster:
      server: ${server:-$address}
      $trust
users:
  - name: learner
    user: {token: $token}
contexts:
  - name: podwatch
    context: {cluster: class, user: learner, namespace: $namespace}
TEXT
    mv "$file.new" "$file"
    echo "$namespace  $file"
done

if [ -n "$taint" ]; then
    kubectl label node "$taint" shop=payments --overwrite >/dev/null
    kubectl taint node "$taint" shop=payments:NoSchedule --overwrite >/dev/null
    echo "node/$taint has the taint and the label shop=payments"
fi
