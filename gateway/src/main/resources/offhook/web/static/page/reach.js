/** Why no calls ring here, in words, for what the gateway says of the agent's presence. */

const NOTICES = {
  'page-asleep': ['This page was asleep, and calls went elsewhere.', [
    'Calls ring here again as soon as you see this.',
    'Tell the browser and the computer not to put this tab to sleep while you take calls.',
  ]],
  'microphone-denied': ['No calls ring here: the browser does not let this page use the microphone.', [
    'Click the icon left of the address, and allow the microphone.',
    'Allow the browser in the privacy settings of the operating system.',
  ]],
  'microphone-missing': ['No calls ring here: no microphone was found.', [
    'Plug in a headset or microphone.',
  ]],
  'missed-calls': ['You are away now: calls rang here, and nobody answered.', [
    'Switch to "Available" when you are back.',
  ]],
};

/** What is over once calls ring here again; that the page was asleep is still worth knowing. */
const OVER_WHEN_AVAILABLE = [
  'microphone-denied', 'microphone-missing', 'missed-calls', 'MicrophoneDenied', 'MicrophoneMissing',
];

export function showReach(notice, device) {
  const words = NOTICES[device.presenceReason];
  if (words) {
    notice.show(...words, device.presenceReason);
  } else if (device.gatewayPresence === 'available') {
    notice.clearIf(...OVER_WHEN_AVAILABLE);
  }
}
