# Sourced by the other scripts: finds the tools, builds what is out of date, gives the class path.
set -euo pipefail

OFFHOOK_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
JVM_FLAGS=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseZGC -XX:+ExitOnOutOfMemoryError)

say() { printf '%s\n' "$*" >&2; }
die() { say "offhook: $*"; exit 2; }

is_jdk_25() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25' "$1/release"
}

# Sets JAVA_HOME to a JDK 25: JAVA_HOME itself, PATH, then where the usual installers put one.
find_jdk() {
  local on_path='' candidate
  if command -v javac >/dev/null; then
    on_path=$(readlink -f "$(command -v javac)")
    on_path=${on_path%/bin/javac}
  fi
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* \
    /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk@25/libexec \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/.jdks/* /opt/*; do
    if is_jdk_25 "$candidate"; then
      export JAVA_HOME=$candidate PATH="$candidate/bin:$PATH"
      return
    fi
  done
  die "no JDK 25 found. Install one: apt-get install temurin-25-jdk (packages.adoptium.net)," \
    "sdk install java 25-tem, brew install openjdk@25, or https://adoptium.net; or set JAVA_HOME to it."
}

package_of() {
  case $1 in
    sipp) echo sip-tester ;;
    baresip) echo baresip-core ;;
    linphonec) echo linphone-cli ;;
    dumpcap) echo tshark ;;
    ip) echo iproute2 ;;
    mkfs.ext4) echo e2fsprogs ;;
    fsfreeze) echo util-linux ;;
    kamailio) echo kamailio kamailio-tls-modules ;;
    mvn) echo maven ;;
    promtool) echo prometheus ;;
    pg_lsclusters) echo postgresql ;;
    svmap) echo sipvicious ;;
    systemd-analyze) echo systemd ;;
    systemd-nspawn) echo systemd-container ;;
    dpkg-deb) echo dpkg ;;
    turnserver) echo coturn ;;
    *) echo "$1" ;;
  esac
}

# Installs packages without starting the services that some of them are.
install_quietly() {
  local policy=/usr/sbin/policy-rc.d ours=''
  export DEBIAN_FRONTEND=noninteractive
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    ours=yes
  fi
  apt-get install -y --no-install-recommends "$@" >&2 || {
    apt-get update >&2
    apt-get install -y --no-install-recommends "$@" >&2
  } || true
  [ -z "$ours" ] || rm -f "$policy"
}

# need TOOL...: installs what is missing where that is ours to do (root on Debian), else says how.
need() {
  # Servers are in sbin, which Debian leaves out of the PATH of users.
  local tool packages missing=() PATH=$PATH:/usr/sbin
  for tool; do
    command -v "$tool" >/dev/null && continue
    read -ra packages <<<"$(package_of "$tool")"
    missing+=("${packages[@]}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing ${missing[*]}"
    install_quietly "${missing[@]}"
  fi
  for tool; do
    command -v "$tool" >/dev/null && continue
    die "missing: ${missing[*]}. Install: sudo apt-get install ${missing[*]}"
  done
}

# Sets SOURCE_DATE_EPOCH (reproducible-builds.org): the time of the commit, or of the first release where there is no git.
source_date() {
  [ -n "${SOURCE_DATE_EPOCH:-}" ] ||
    SOURCE_DATE_EPOCH=$(git -C "$OFFHOOK_ROOT" log -1 --format=%ct 2>/dev/null) || SOURCE_DATE_EPOCH=1767225600
  export SOURCE_DATE_EPOCH
}

maven() {
  find_jdk
  need mvn
  # Maven's own libraries use what JDK 25 warns of.
  (cd "$OFFHOOK_ROOT" &&
    MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED" \
      mvn -B "$@")
}

# build MODULE: compiles MODULE and what it needs, unless nothing changed since the last time.
build() {
  local module=$1 marker=$OFFHOOK_ROOT/$1/target/.built log
  find_jdk
  [ -f "$marker" ] && [ -z "$(changed_since "$marker")" ] && return
  say "building $module (once; a minute or so)"
  log=$(mktemp)
  local started
  started=$(mktemp)
  if ! maven -q -pl "$module" -am compile org.apache.maven.plugins:maven-dependency-plugin:build-classpath \
    -Dmdep.outputFile=target/classpath -DincludeScope=runtime -DexcludeGroupIds=offhook >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log" "$started"
    die "the build failed"
  fi
  mv "$started" "$marker"
  rm -f "$log"
}

changed_since() {
  (cd "$OFFHOOK_ROOT" && find pom.xml ./*/pom.xml ./*/src/main -newer "$1" -print -quit)
}

# class_path MODULE: our classes come from target/classes, so that it also holds after mvn test or verify.
class_path() {
  local modules=codecs module out=''
  case $1 in gateway) modules='gateway codecs' ;; sip-tests) modules='sip-tests gateway codecs' ;; esac
  for module in $modules; do out+=$OFFHOOK_ROOT/$module/target/classes:; done
  printf '%s%s' "$out" "$(cat "$OFFHOOK_ROOT/$1/target/classpath")"
}

# The jars of a checkout lie in the home of who built it.
check_readable() {
  local jar
  tr ':' '\n' <"$OFFHOOK_ROOT/$1/target/classpath" | while read -r jar || [ -n "$jar" ]; do
    [ -z "$jar" ] || [ -r "$jar" ] || { say "offhook: $jar is not readable for $(id -un): build this checkout as" \
      "the user who runs it (remove its target/ folders first), or run the archive of scripts/package."; exit 2; }
  done
}

# run_java MODULE MAIN ARGS...: builds if needed, then becomes the JVM.
run_java() {
  local module=$1 main=$2 properties=("-Doffhook.root=$OFFHOOK_ROOT")
  shift 2
  build "$module"
  check_readable "$module"
  [ ! -f "$OFFHOOK_ROOT/conf/log4j2.xml" ] ||
    properties+=("-Dlog4j2.configurationFile=$OFFHOOK_ROOT/conf/log4j2.xml")
  [ -z "${LOGS_DIRECTORY:-}" ] || properties+=("-Doffhook.logs=$LOGS_DIRECTORY")
  exec "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}" "${properties[@]}" -cp "$(class_path "$module")" "$main" "$@"
}
