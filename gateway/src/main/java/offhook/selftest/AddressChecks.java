package offhook.selftest;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import offhook.config.Listen;
import offhook.config.TrunkConfig;

/// Whether others can reach us where we say that we are.
final class AddressChecks {

    private static final int CARRIER_FIRST = 100;
    private static final int CARRIER_SECOND = 64;

    private AddressChecks() {}

    static List<Finding> of(Subject subject) {
        return of(subject, ofMachine());
    }

    /// @param machine the addresses that this machine has
    static List<Finding> of(Subject subject, List<InetAddress> machine) {
        Findings findings = new Findings("addresses");
        boolean named = subject.config().node().advertise().isPresent();
        told(findings, named, subject.told(), machine, subject);
        for (InetAddress browsers : subject.browsersTold()) {
            if (!browsers.equals(subject.told())) {
                findings.ok("media.advertise", "browsers try " + browsers.getHostAddress());
            }
        }
        unreached(findings, subject);
        families(findings, subject, machine);
        return findings.all();
    }

    private static void told(
            Findings findings,
            boolean named,
            InetAddress told,
            List<InetAddress> machine,
            Subject subject) {
        String where = "node.advertise " + told.getHostAddress();
        boolean own = machine.contains(told) || told.isLoopbackAddress();
        if (told.isLoopbackAddress() && !loopbackOnly(subject)) {
            findings.problem(
                    where,
                    "others are told a loopback address",
                    "Set node.advertise to the address at which PBX and browsers reach us.");
        } else if (named && own) {
            findings.ok(where, "is an address of this machine");
        } else if (named && isPrivate(told)) {
            findings.warning(
                    where,
                    "is a private address that this machine does not have",
                    "Set it to an address of this machine, or to the public one that a NAT maps.");
        } else if (named) {
            findings.note(
                    where,
                    "is no address of this machine: a NAT must map SIP, RTP and browser media to"
                            + " us",
                    "Forward the ports of sip.listen, sip.rtp-ports and media.listen.");
        } else if (isPrivate(told) && hasPublicTrunk(subject)) {
            findings.warning(
                    where,
                    "is private, was found on this machine, and a trunk is on the public internet",
                    "Set node.advertise to the public address that the NAT maps to us.");
        } else if (isPrivate(told) && !told.isLoopbackAddress()) {
            findings.note(
                    where,
                    "is private and was found on this machine: peers elsewhere cannot reach it",
                    "Set node.advertise if PBX or browsers are behind another NAT than we.");
        } else {
            findings.ok(where, "was found on this machine");
        }
    }

    /// What is bound to loopback takes nothing that is sent to another address.
    private static void unreached(Findings findings, Subject subject) {
        if (loopbackOnly(subject) && !subject.told().isLoopbackAddress()) {
            unreached(findings, "sip.listen", "SIP and RTP", subject.told());
        }
        if (subject.config().media().listen().address().getAddress().isLoopbackAddress()) {
            subject.browsersTold().stream()
                    .filter(told -> !told.isLoopbackAddress())
                    .findFirst()
                    .ifPresent(
                            told -> unreached(findings, "media.listen", "media of browsers", told));
        }
    }

    private static void unreached(
            Findings findings, String setting, String what, InetAddress told) {
        findings.warning(
                setting,
                "is bound to loopback alone: %s that others send to %s, as they are told, never come"
                                .formatted(what, told.getHostAddress())
                        + " in",
                "Let %s name 0.0.0.0 or an address of this machine that others reach."
                        .formatted(setting));
    }

    private static boolean loopbackOnly(Subject subject) {
        return subject.config().sip().listen().stream()
                .allMatch(listen -> listen.address().getAddress().isLoopbackAddress());
    }

    private static boolean hasPublicTrunk(Subject subject) {
        return subject.config().trunks().stream()
                .flatMap(trunk -> trunk.uriAddress().stream())
                .anyMatch(address -> !isPrivate(address) && !address.isLoopbackAddress());
    }

    private static void families(Findings findings, Subject subject, List<InetAddress> machine) {
        boolean listensOnSix =
                subject.config().sip().listen().stream()
                        .map(Listen::address)
                        .anyMatch(address -> address.getAddress() instanceof Inet6Address);
        boolean globalSix =
                machine.stream()
                        .anyMatch(each ->
                                each instanceof Inet6Address
                                        && !each.isLinkLocalAddress()
                                        && !each.isLoopbackAddress());
        for (TrunkConfig trunk : subject.config().trunks()) {
            boolean six = trunk.uriAddress().filter(Inet6Address.class::isInstance).isPresent();
            if (six && !listensOnSix) {
                findings.problem(
                        "trunk " + trunk.name(),
                        "is reached over IPv6, which SIP is not served in",
                        "Add a listener such as udp://[::]:5060 to sip.listen.");
            } else if (six && !globalSix && !trunk.uriAddress().get().isLoopbackAddress()) {
                findings.problem(
                        "trunk " + trunk.name(),
                        "is reached over IPv6, of which this machine has no address",
                        "Give this machine an IPv6 address, or reach the trunk over IPv4.");
            }
        }
        if (listensOnSix && !globalSix) {
            findings.note(
                    "sip.listen",
                    "IPv6 is served, but this machine has only local IPv6 addresses",
                    "Nothing need be done unless a trunk comes over IPv6.");
        }
    }

    /// RFC 1918, RFC 6598 (carrier-grade NAT), RFC 4193, and what never leaves a link.
    static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean carrier =
                bytes.length == 4
                        && bytes[0] == CARRIER_FIRST
                        && (bytes[1] & 0xC0) == CARRIER_SECOND;
        boolean unique = bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
        return address.isSiteLocalAddress() || address.isLinkLocalAddress() || carrier || unique;
    }

    private static List<InetAddress> ofMachine() {
        try {
            List<InetAddress> all = new ArrayList<>();
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .forEach(all::add);
            return all;
        } catch (SocketException e) {
            return List.of();
        }
    }
}
