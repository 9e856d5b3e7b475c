package offhook.sip;

import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPDialog;
import gov.nist.javax.sip.stack.SIPTransaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.sip.DialogState;
import javax.sip.PeerUnavailableException;

/// JAIN-SIP's stack with our sockets, parser, router and limits in place before it opens anything.
final class GuardedSipStack extends SipStackImpl {

    private static final String NIST = "gov.nist.javax.sip.";
    private static final int WORKER_THREADS = 4;

    GuardedSipStack(
            String name,
            Duration ring,
            List<Binding> bindings,
            FrontDoor door,
            Dialogs dialogs,
            Optional<TlsDoor> gate)
            throws PeerUnavailableException {
        super(settings(name, ring));
        this.networkLayer = new GuardedNetworkLayer(bindings, door);
        setMessageProcessorFactory(
                new Transports(
                        bindings,
                        new TcpDoor(door),
                        gate,
                        (request, why) ->
                                dialogs.outgoing(request.callId())
                                        .ifPresent(leg -> leg.onLost(request, why))));
        setMessageParserFactory(stack -> door.parser());
        setAddressResolver(new LiteralResolver());
        setRouter(new TrunkRouter(dialogs, door, gate));
    }

    @Override
    public SIPDialog createDialog(SIPTransaction transaction) {
        if (!(transaction instanceof SIPClientTransaction)) {
            return new PromptDialog(transaction);
        }
        String id = ((SIPRequest) transaction.getRequest()).getDialogId(false);
        SIPDialog early = earlyDialogTable.get(id);
        if (early != null
                && (early.getState() == null || DialogState.EARLY.equals(early.getState()))) {
            return early;
        }
        SIPDialog dialog = new PromptDialog(transaction);
        earlyDialogTable.put(id, dialog);
        return dialog;
    }

    /// JAIN-SIP sleeps for a second once its sockets are closed, so that its threads come to an
    /// end. They end without anybody waiting, and what they would still send nobody could carry.
    @Override
    public void stopStack() {
        try {
            super.stopStack();
        } finally {
            // What #closeAllSockets left when the stack failed before it slept.
            Thread.interrupted();
        }
    }

    /// Called by [#stopStack], right before it sleeps: this ends the sleep, and is forgotten by it.
    @Override
    public void closeAllSockets() {
        super.closeAllSockets();
        Thread.currentThread().interrupt();
    }

    /// What JAIN-SIP would leave without bounds is bounded. Its own timers must not end a call that
    /// still may ring.
    static Properties settings(String name, Duration ring) {
        CommonLogger.legacyLogger = new StackLog();
        long ringSeconds = ring.toSeconds();
        Properties p = new Properties();
        p.setProperty("javax.sip.STACK_NAME", name);
        p.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "on");
        p.setProperty(NIST + "STACK_LOGGER", StackLog.class.getName());
        p.setProperty(NIST + "SERVER_LOGGER", StackMessageLog.class.getName());
        p.setProperty(NIST + "TRACE_LEVEL", "0");
        p.setProperty(NIST + "MAX_MESSAGE_SIZE", "16384");
        p.setProperty(NIST + "READ_TIMEOUT", "5000");
        p.setProperty(NIST + "MAX_CONNECTIONS", Integer.toString(StreamDoor.MAX_CONNECTIONS));
        p.setProperty(NIST + "NIO_MAX_SOCKET_IDLE_TIME", "120000");
        p.setProperty(NIST + "SSL_HANDSHAKE_TIMEOUT", "5");
        p.setProperty(NIST + "SSL_RENEGOTIATION_ENABLED", "false");
        p.setProperty(NIST + "MAX_SERVER_TRANSACTIONS", "5000");
        p.setProperty(NIST + "MAX_LISTENER_RESPONSE_TIME", "10");
        p.setProperty(
                NIST + "MAX_TX_LIFETIME_INVITE", Long.toString(Math.max(240, ringSeconds + 60)));
        p.setProperty(NIST + "MAX_TX_LIFETIME_NON_INVITE", "40");
        p.setProperty(
                NIST + "EARLY_DIALOG_TIMEOUT_SECONDS",
                Long.toString(Math.max(180, ringSeconds + 10)));
        p.setProperty(NIST + "REENTRANT_LISTENER", "true");
        p.setProperty(NIST + "THREAD_POOL_SIZE", Integer.toString(WORKER_THREADS));
        p.setProperty(NIST + "THREAD_PRIORITY", Integer.toString(Thread.NORM_PRIORITY));
        p.setProperty(NIST + "CONGESTION_CONTROL_TIMEOUT", "1000");
        // Deviation: with true the stack overwrites our branches with ones of java.util.Random and
        // looks at their prefix only; the front door checks the whole branch.
        p.setProperty(NIST + "REJECT_STRAY_RESPONSES", "false");
        p.setProperty(NIST + "DELIVER_UNSOLICITED_NOTIFY", "false");
        p.setProperty(NIST + "TLS_CLIENT_PROTOCOLS", "TLSv1.3,TLSv1.2");
        p.setProperty(NIST + "TLS_CLIENT_AUTH_TYPE", "Enabled");
        return p;
    }
}
