package offhook.selftest;

import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import offhook.fault.FailureWords;
import offhook.tls.CertificateNames;
import offhook.tls.KeyMaterial;
import offhook.tls.TlsFileException;
import offhook.tls.Trust;

/// Whether certificates hold, belong to their keys, are whole up to an authority, and name whom
/// others will ask for.
final class CertificateChecks {

    private static final Duration SOON = Duration.ofDays(14);

    private CertificateChecks() {}

    static List<Finding> of(Subject subject) {
        return of(subject, Instant.now());
    }

    static List<Finding> of(Subject subject, Instant now) {
        Findings findings = new Findings("certificates");
        subject.config()
                .sip()
                .tls()
                .ifPresent(tls -> {
                    look(findings, "sip.tls", tls.certificate(), tls.key(), now, List.of());
                    tls.ca().ifPresent(file -> authorities(findings, "sip.tls.ca", file));
                });
        subject.config()
                .web()
                .tls()
                .ifPresent(tls ->
                        look(
                                findings,
                                "web.tls",
                                tls.certificate(),
                                tls.key(),
                                now,
                                pageHosts(subject)));
        subject.config()
                .trunks()
                .forEach(trunk ->
                        trunk.tls()
                                .ca()
                                .ifPresent(file ->
                                        authorities(
                                                findings,
                                                "tls.ca of trunk " + trunk.name(),
                                                file)));
        return findings.all();
    }

    /// The hosts by which browsers reach us over https, as far as origins tell.
    private static List<String> pageHosts(Subject subject) {
        return subject.config().web().allowedOrigins().stream()
                .map(URI::create)
                .filter(uri -> "https".equals(uri.getScheme()) && uri.getHost() != null)
                .map(URI::getHost)
                .distinct()
                .toList();
    }

    private static void authorities(Findings findings, String setting, Path file) {
        try {
            Trust.read(file);
            findings.ok(setting + " " + file, "can be read");
        } catch (TlsFileException e) {
            findings.problem(setting, FailureWords.of(e), "Name a PEM file of certificates.");
        }
    }

    private static void look(
            Findings findings,
            String setting,
            Path certificate,
            Path key,
            Instant now,
            List<String> hosts) {
        List<X509Certificate> chain;
        try {
            chain = KeyMaterial.read(certificate, key).chain();
        } catch (TlsFileException e) {
            findings.problem(
                    setting,
                    FailureWords.of(e),
                    "Name the certificate and the key that were issued together.");
            return;
        }
        String where = setting + " " + certificate;
        for (X509Certificate each : chain) {
            dates(findings, where, each, now);
        }
        chain(findings, where, chain);
        names(findings, where, chain.getFirst(), hosts);
        if (findings.isClean()) {
            findings.ok(
                    where,
                    "%s, holds until %s, the key belongs to it"
                            .formatted(
                                    Trust.describe(chain.getFirst()),
                                    chain.getFirst().getNotAfter().toInstant()));
        }
    }

    private static void dates(Findings findings, String where, X509Certificate each, Instant now) {
        Instant until = each.getNotAfter().toInstant();
        String renew = "Renew it; new files are read without a restart.";
        if (now.isAfter(until)) {
            findings.problem(where, Trust.describe(each) + ", expired on " + until, renew);
        } else if (now.plus(SOON).isAfter(until)) {
            findings.warning(where, Trust.describe(each) + ", expires on " + until, renew);
        }
        if (now.isBefore(each.getNotBefore().toInstant())) {
            findings.problem(
                    where,
                    Trust.describe(each) + ", holds from " + each.getNotBefore().toInstant(),
                    "Set the clock of this machine right, or wait.");
        }
    }

    private static void chain(Findings findings, String where, List<X509Certificate> chain) {
        for (int i = 1; i < chain.size(); i++) {
            try {
                chain.get(i - 1).verify(chain.get(i).getPublicKey());
            } catch (GeneralSecurityException e) {
                findings.problem(
                        where,
                        "the chain is broken: certificate %d is not signed by the next one"
                                .formatted(i),
                        "Put our own certificate first, then each one that signed the one before.");
                return;
            }
        }
        X509Certificate own = chain.getFirst();
        if (own.getSubjectX500Principal().equals(own.getIssuerX500Principal())) {
            findings.note(
                    where,
                    "is self-signed: only those believe it who were given it",
                    "Get one of an authority that PBX and browsers know.");
        } else if (chain.size() == 1) {
            findings.note(
                    where,
                    "comes without the certificate that signed it",
                    "Append the authority's intermediate certificate, as most peers need it.");
        }
    }

    private static void names(
            Findings findings, String where, X509Certificate own, List<String> hosts) {
        List<String> names = CertificateNames.of(own);
        if (names.isEmpty()) {
            findings.problem(
                    where,
                    "names nobody (no subject alternative name)",
                    "Have it issued with our DNS name as subject alternative name.");
            return;
        }
        for (String host : hosts) {
            if (names.stream().noneMatch(name -> covers(name, host))) {
                findings.warning(
                        where,
                        "names %s, but pages come from https://%s"
                                .formatted(String.join(", ", names), host),
                        "Have it issued for that name too, unless a proxy serves those pages.");
            }
        }
    }

    /// As browsers see it: a leading `*` stands for one label (RFC 9525 §6.3).
    static boolean covers(String name, String host) {
        String pattern = name.toLowerCase(Locale.ROOT);
        String asked = host.toLowerCase(Locale.ROOT);
        int dot = asked.indexOf('.');
        return pattern.equals(asked)
                || (pattern.startsWith("*.")
                        && dot > 0
                        && asked.substring(dot).equals(pattern.substring(1)));
    }
}
