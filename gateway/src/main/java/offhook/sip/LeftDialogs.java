package offhook.sip;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.MessageFactoryImpl;
import java.io.IOException;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.address.AddressFactory;
import javax.sip.header.HeaderFactory;
import javax.sip.header.ViaHeader;
import javax.sip.message.MessageFactory;
import javax.sip.message.Request;
import offhook.call.EndCause;
import offhook.config.TrunkConfig;
import offhook.runtime.Threads;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Hangs up what a gateway that died could not: the peer would hold its side of the call for as
/// long as its own timers let it. Each BYE is sent by a virtual thread of its own, because a
/// connection may have to be made.
final class LeftDialogs {

    private static final Logger LOG = LogManager.getLogger(LeftDialogs.class);
    private static final int MAX_FORWARDS = 70;

    /// More requests than a dialog sends between two looks at it, so that the number is new to the
    /// peer; it may skip some (RFC 3261 §12.2.2).
    private static final long NUMBERS_AHEAD = 1000;

    private static final EndCause CAUSE =
            EndCause.gateway("crash", 500, 41, "the gateway was started anew");

    private final Map<String, TrunkConfig> trunks;
    private final Dialogs dialogs;
    private final Outlets outlets;
    private final SipMessages sipMessages = new SipMessages();
    private final AddressFactory addresses = new AddressFactoryImpl();
    private final HeaderFactory headers = new HeaderFactoryImpl();
    private final MessageFactory messages = new MessageFactoryImpl();

    LeftDialogs(List<TrunkConfig> trunks, Dialogs dialogs, Outlets outlets) {
        this.trunks =
                trunks.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        TrunkConfig::name, Function.identity()));
        this.dialogs = dialogs;
        this.outlets = outlets;
    }

    /// Sends the BYEs.
    ///
    /// @param texts what [LeftDialog#text] said
    void end(List<String> texts) {
        for (String text : texts) {
            Optional<LeftDialog> left = LeftDialog.parse(text);
            Optional<TrunkConfig> trunk =
                    left.flatMap(dialog -> Optional.ofNullable(trunks.get(dialog.trunk())));
            if (trunk.isEmpty()) {
                LOG.warn("a dialog of the gateway that died cannot be ended: its trunk is gone");
                continue;
            }
            LeftDialog dialog = left.get();
            Threads.virtual(
                            "sip-left-dialog",
                            () -> {
                                try (var _ = LogContext.ofTrunk(trunk.get().name())) {
                                    end(dialog, trunk.get());
                                }
                            })
                    .start();
        }
    }

    private void end(LeftDialog dialog, TrunkConfig trunk) {
        try {
            InetAddress address = InetAddress.ofLiteral(dialog.host());
            Outlet outlet = outlets.toward(dialog.transport(), address).toldTo(trunk);
            dialogs.aim(dialog.callId(), address, dialog.port());
            outlet.provider().getNewClientTransaction(bye(dialog, outlet)).sendRequest();
            LOG.info(
                    "hung up what a gateway that died left callId={}", LogText.of(dialog.callId()));
        } catch (IOException
                | SipException
                | ParseException
                | InvalidArgumentException
                | IllegalArgumentException e) {
            LOG.warn(
                    "a dialog of the gateway that died cannot be ended because={}",
                    LogText.of(e.toString()));
        }
    }

    private Request bye(LeftDialog dialog, Outlet outlet)
            throws ParseException, InvalidArgumentException, SipException {
        Binding binding = outlet.binding();
        ViaHeader via =
                headers.createViaHeader(
                        binding.advertisedHost(),
                        binding.bound().getPort(),
                        binding.transport(),
                        Identifiers.nextBranch());
        via.setRPort();
        Request bye =
                messages.createRequest(
                        addresses.createURI(dialog.target()),
                        Request.BYE,
                        headers.createCallIdHeader(dialog.callId()),
                        headers.createCSeqHeader(dialog.number() + NUMBERS_AHEAD, Request.BYE),
                        headers.createFromHeader(
                                addresses.createAddress("<" + dialog.local() + ">"),
                                dialog.localTag()),
                        headers.createToHeader(
                                addresses.createAddress("<" + dialog.remote() + ">"),
                                dialog.remoteTag()),
                        List.of(via),
                        headers.createMaxForwardsHeader(MAX_FORWARDS));
        for (String route : dialog.routes()) {
            bye.addLast(headers.createRouteHeader(addresses.createAddress(route)));
        }
        sipMessages.reason(CAUSE).ifPresent(bye::setHeader);
        return bye;
    }
}
