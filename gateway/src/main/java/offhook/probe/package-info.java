/// Calls the gateway from within: a phone at its SIP listener, a browser's media at the other end,
/// each at its own sockets, so that what is heard went the whole way. The smallest peers that do so
/// honestly; they check what they are told, and measure what they hear.
///
/// May import: call, sdp, codec, ice, dtls, srtp, runtime, fault.
@org.jspecify.annotations.NullMarked
package offhook.probe;
