package offhook.sip;

/// By which transport a message came (RFC 3261 §18).
enum Transport {
    UDP,
    TCP,
    TLS;

    /// Whether messages follow each other on a connection.
    boolean isStream() {
        return this != UDP;
    }

    /// As Via names it.
    String inVia() {
        return "SIP/2.0/" + name();
    }

    /// The port that is meant when none is written.
    static int defaultPort(String transport) {
        return transport.equalsIgnoreCase("tls") ? 5061 : 5060;
    }
}
