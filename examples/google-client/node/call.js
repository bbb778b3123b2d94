// Calls an endpoint by Google's client for Node: node call.js grpc|rest <host:port> <endpoint's resource name>
import { EndpointServiceClient, PredictionServiceClient, helpers } from '@google-cloud/aiplatform';
import { credentials } from '@grpc/grpc-js';
import { OAuth2Client } from 'google-auth-library';

const [protocol, address, endpoint] = process.argv.slice(2);
const [apiEndpoint, port] = address.split(':');

// By REST a token is sent, and not looked at; by gRPC there is neither TLS nor a token.
const authClient = new OAuth2Client();
authClient.setCredentials({ access_token: 'none', expiry_date: Date.now() + 3_600_000 });

const settings = {
  rest: { apiEndpoint, port, fallback: true, protocol: 'http', authClient, projectId: 'emulated' },
  grpc: { apiEndpoint, port, sslCreds: credentials.createInsecure(), projectId: 'emulated' },
}[protocol];
const client = new PredictionServiceClient(settings);
// A dedicated endpoint is found by this header; a shared one does not look at it.
const options = { otherArgs: { headers: { 'x-vertex-ai-endpoint-id': endpoint.split('/').pop() } } };

const predict = async (value) => {
  const instances = [helpers.toValue({ value })];
  const [response] = await client.predict({ endpoint, instances }, options);
  return [response.predictions.map(helpers.fromValue), response.modelDisplayName];
};

const httpBody = {
  contentType: 'application/json',
  data: Buffer.from('{"instances":[{"value":5}]}'),
};

const rawPredict = async () => {
  const [response] = await client.rawPredict({ endpoint, httpBody }, options);
  return [response.contentType, response.data.toString()];
};

const streamRawPredict = async () => {
  let text = '';
  for await (const piece of client.streamRawPredict({ endpoint, httpBody }, options)) {
    text += piece.data.toString();
  }
  return text;
};

const listEndpoints = async () => {
  const [endpoints] = await new EndpointServiceClient(settings).listEndpoints({
    parent: endpoint.split('/endpoints/')[0],
  });
  return endpoints.map((one) => one.name === endpoint);
};

// One line for each call: its name, and what came of it.
const show = async (name, call) => {
  try {
    console.log(name, JSON.stringify(await call()));
  } catch (error) {
    console.log(name, 'failed with', error.code, error.message);
  }
};

await show('predict', () => predict(3));
await show('predict, refused', () => predict(-1));
await show('explain', () => client.explain({ endpoint, instances: [] }, options));
if (protocol === 'grpc') {
  // By REST this client wraps the body as {"httpBody": …}, and reads the reply's in the same way.
  await show('rawPredict', rawPredict);
  await show('streamRawPredict', streamRawPredict);
} else {
  // By gRPC the emulator has the service of predictions alone.
  await show('listEndpoints', listEndpoints);
}
await client.close();
