package offhook.e2e.speech;

/// Who speaks, and what.
public enum Voice {
    CALLER(
            "en-us+f3",
            """
            Good morning, this is Maria Lindgren from the accounts department. I am calling about
            the invoice that we received on Tuesday. The total does not match our order, and two of
            the seven boxes arrived with water damage. Could you check whether the driver made a
            note of it? My reference is four, nine, one, zero, six, two. I would like to have the
            goods replaced by Friday, because our own customers are waiting for them.\
            """),
    AGENT(
            "en-gb+m3",
            """
            Thank you for calling, you are speaking with Peter. Let me look that up for you, it only
            takes a moment. Yes, I can see the delivery here, and the driver did report that it was
            raining while he unloaded the pallet. I will send two new boxes with the early truck
            tomorrow, and you will get a corrected bill by mail. Is there anything else that I can
            help you with today, or shall I put you through to the warehouse?\
            """);

    private final String espeakVoice;
    private final String text;

    Voice(String espeakVoice, String text) {
        this.espeakVoice = espeakVoice;
        this.text = text;
    }

    String espeakVoice() {
        return espeakVoice;
    }

    String text() {
        return text.replace('\n', ' ');
    }
}
