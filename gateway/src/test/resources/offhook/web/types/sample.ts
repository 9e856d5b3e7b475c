// Uses all of the library as a program in TypeScript would; only its types are checked.
import {
  Call, Device, OffhookError, Preflight, errorCodes, signIn,
  type CallSample, type EndCause, type ErrorName, type PreflightReport, type WarningName,
} from '../../../../../main/resources/offhook/web/static/client/offhook.js';

const device = new Device(async () => (await signIn('alice', 'secret')).token, {
  url: 'https://gw.example.com',
  presence: 'away',
  closeProtection: true,
  codecPreferences: ['opus'],
  audioConstraints: { echoCancellation: false },
});

device
  .on('error', (error: OffhookError) => {
    const code: number = errorCodes.MicrophoneDenied;
    const name: ErrorName = 'InCall';
    console.log(error.code === code, error.name === name, error.causes.join(), error.solutions);
  })
  .on('incoming', (call) => void talk(call))
  .on('presence', (presence) => presence === 'busy');

async function talk(call: Call): Promise<void> {
  await call.accept();
  call.on('sample', ({ mos, gateway, candidatePair }: CallSample) => {
    console.log((mos ?? 0) + (gateway?.rttMillis ?? 0), candidatePair?.local.type);
  });
  call.on('warning', (name: WarningName, { of, value }) => console.log(name, of, value));
  call.on('warning-cleared', (name) => name === 'low-mos');
  call.on('volume', (microphone, farSide) => microphone + farSide);
  call.once('disconnect', (cause: EndCause) => cause.sip ?? cause.parameters.get('X-Case'));
  call.mute();
  call.hold();
  await call.transfer('agent:bob');
  await call.consult('200');
  await call.complete();
  const stats = await call.getStats();
  const lost: number | null = stats.packetsLost;
  console.log(lost, call.warnings.includes('high-rtt'), call.startedAt?.getTime());
  // @ts-expect-error No such event.
  call.on('hangup', () => {});
  // @ts-expect-error A call is read, not made.
  new Call();
}

async function work(): Promise<void> {
  await device.audio.open();
  await device.register();
  device.setPresence('available');
  const [speaker] = await device.audio.outputDevices();
  if (speaker && device.audio.canSelectOutput) {
    await device.audio.setOutputDevice(speaker.deviceId);
  }
  device.audio.on('deviceschange', () => {}).on('volume', (level) => level.toFixed(2));
  const call = await device.connect({ to: '+34911223344', params: { 'X-Case': '4711' } });
  console.log(device.activeCall === call, device.calls.length, call.direction);
  // @ts-expect-error A number or a name is a text.
  await device.connect({ to: 5 });
  const test: Preflight = Device.runPreflight('token', { seconds: 5 });
  test.on('progress', (stage) => stage === 'echo');
  test.on('completed', (report: PreflightReport) => report.mos?.average.toFixed(1));
  test.on('failed', (error, { stage }) => console.log(error.name, stage === 'ice'));
  device.destroy();
}

void work();
