// node collector.js PORT: reads the HEP packets that come to a port of the loopback address with
// hep-js, and writes each as a line of JSON. Ends when its standard input does.
const dgram = require('dgram');
const hep = require('hep-js');

const socket = dgram.createSocket('udp4');
socket.on('message', packet => {
  console.log(JSON.stringify(hep.decapsulate(packet) || {unreadable: packet.toString('hex')}));
});
socket.on('listening', () => console.log('listening'));
process.stdin.resume();
process.stdin.on('end', () => process.exit());
socket.bind(Number(process.argv[2]), '127.0.0.1');
