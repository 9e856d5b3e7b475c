package offhook.config;

import offhook.config.RouteConfig.Kind;
import offhook.config.TrunkConfig.Dtmf;
import offhook.config.TrunkConfig.Srtp;

/// What the file can say and this version does not do. It is refused, so that nobody believes it
/// done. Each method goes when its feature comes.
final class Unserved {

    private static final String NOT_YET = " is not served by this version";

    private Unserved() {}

    static void listener(Value value, Listen listen) {
        if (listen.scheme().equals("tls")) {
            value.problem("SIP over TLS" + NOT_YET);
        }
    }

    static void register(Value value, boolean register) {
        if (register) {
            value.problem("registration with a trunk" + NOT_YET);
        }
    }

    static void srtp(Value value, Srtp srtp) {
        if (srtp != Srtp.OFF) {
            value.problem("SRTP on trunks" + NOT_YET);
        }
    }

    static void dtmf(Value value, Dtmf dtmf) {
        if (dtmf != Dtmf.RFC4733) {
            value.problem("'dtmf' other than rfc4733" + NOT_YET);
        }
    }

    static void uriTransport(Value value, boolean secure) {
        if (secure) {
            value.problem("SIP over TLS" + NOT_YET);
        }
    }

    static void tokens(Value value) {
        value.problem("tokens of another issuer" + NOT_YET);
    }

    static void routeFromWeb(Value value) {
        value.problem("a call that begins in a browser" + NOT_YET);
    }

    static void destination(Value value, Kind kind) {
        switch (kind) {
            case AGENT -> {}
            case QUEUE -> value.problem("a route to a queue" + NOT_YET);
            case TRUNK -> value.problem("a route to a trunk" + NOT_YET);
        }
    }
}
