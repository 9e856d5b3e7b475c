package offhook.config;

/// Writes the browser side, the counterpart of [WebReader], [GuestsReader] and [TurnReader].
final class WebWriter {

    private WebWriter() {}

    static WrittenSection web(WebConfig web) {
        return new WrittenSection()
                .putOneOrList("listen", web.listen())
                .putUnlessEmpty("allowed-origins", web.allowedOrigins())
                .put(
                        "tls",
                        web.tls()
                                .map(tls ->
                                        new WrittenSection()
                                                .put("certificate", tls.certificate())
                                                .put("key", tls.key())))
                .put("guests", ConfigWriter.each(web.guests(), WebWriter::guests))
                .put("turn", web.turn().map(WebWriter::turn));
    }

    private static WrittenSection guests(GuestSite site) {
        return new WrittenSection()
                .put("name", site.name())
                .put("origins", site.origins())
                .put("to", RouteWriter.word(site.to()))
                .put("key", site.key())
                .put("token-seconds", site.tokenLifetime())
                .putUnlessEmpty("fields", site.fields())
                .put("caller-id", site.callerId())
                .put("max-calls", site.maxCalls())
                .put("calls-per-minute", site.callsPerMinute())
                .put("calls-per-address", site.callsPerAddress())
                .put("call-minutes", site.call().toMinutes());
    }

    private static WrittenSection turn(TurnConfig turn) {
        return new WrittenSection()
                .putOneOrList("urls", turn.urls())
                .put("secret", turn.secret())
                .put("ttl-seconds", turn.lifetime());
    }
}
