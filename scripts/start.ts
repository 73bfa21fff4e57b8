// npm start: builds when needed, then becomes the server (one process, so that a Ctrl-C reaches it once and directly).
import './build-if-stale.ts';
import '../src/server.ts';
