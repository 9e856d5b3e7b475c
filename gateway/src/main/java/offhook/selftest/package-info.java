/// Finds out, before a caller does, what would keep a gateway from working: its files, ports,
/// certificates, the trunks and services it needs, and the machine it runs on. Each check says what
/// it found and how to mend it.
///
/// May import: config, dns, fault, tls, sip, srtp, codec, cdr, runtime.
@org.jspecify.annotations.NullMarked
package offhook.selftest;
