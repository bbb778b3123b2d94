package io.github.vertexj.client;

/**
 * A piece of a streamed reply: a server-sent event, or a line of any other text.
 *
 * @param name what the event is called; {@code message} if it has no name
 * @param data its data, lines joined by line feeds
 */
public record ServerEvent(String name, String data) {}
