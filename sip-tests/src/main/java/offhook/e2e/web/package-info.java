/// A web agent without a browser: signs in, answers calls, and speaks ICE, DTLS and SRTP, cheaply
/// enough that hundreds share two threads, and ready to misbehave on request.
///
/// It knows the gateway by its documented protocols only.
///
/// May import: e2e.phone (RTP as heard), e2e.process, e2e.speech, codec; Bouncy Castle, jitsi-srtp.
@NullMarked
package offhook.e2e.web;

import org.jspecify.annotations.NullMarked;
