package io.github.vertexj.client;

import java.net.http.HttpRequest.BodyPublisher;

/**
 * Neighbouring instances that go in one request.
 *
 * @param first the place of the first one in the list of the call
 * @param whole whether these are all instances of the call
 */
record Part(int first, int count, boolean whole, BodyPublisher body) {}
