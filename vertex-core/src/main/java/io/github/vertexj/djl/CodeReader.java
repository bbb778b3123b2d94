package io.github.vertexj.djl;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of Python's grammar that TorchScript writes its code in: the heads of functions
 * with their annotations and defaults, and the fields of named tuples.
 *
 * <p>By recursive descent, so that brackets, strings and comments are what they are. Not
 * thread-safe.
 */
final class CodeReader {
  /** An element that the grammar does not have. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message);
    }
  }

  /** One parameter; the annotation is null where there is none, and so is the default. */
  record Parameter(String name, @Nullable ScriptType type, @Nullable ScriptValue otherwise) {}

  /** The head of a function; the parameters include that of the module itself. */
  record Head(List<Parameter> parameters, @Nullable ScriptType returned) {}

  private final String code;
  private int at;

  /** Creates a reader of the code from a place on. */
  CodeReader(String code, int at) {
    this.code = code;
    this.at = at;
  }

  /** Reads {@code (self, x: Tensor, n: int=1) -> Tensor:}. */
  Head head() throws UnreadableException {
    require('(');
    List<Parameter> parameters = new ArrayList<>();
    while (!take(')')) {
      parameters.add(parameter());
      if (!take(',')) {
        require(')');
        break;
      }
    }
    ScriptType returned = null;
    if (take('-')) {
      require('>');
      returned = type();
    }
    require(':');
    return new Head(parameters, returned);
  }

  /** Reads {@code name : type} or {@code name : type=default}. */
  Parameter parameter() throws UnreadableException {
    while (take('*')) {
      // of keyword-only parameters; TorchScript passes them by position too
    }
    String name = name();
    ScriptType type = take(':') ? type() : null;
    return new Parameter(name, type, take('=') ? value() : null);
  }

  /** Reads {@code Dict[str, List[Tensor]]}. */
  ScriptType type() throws UnreadableException {
    String name = qualifiedName();
    List<ScriptType> arguments = new ArrayList<>();
    if (take('[')) {
      boolean none = take('(') && takeRequired(')'); // Tuple[()]
      while (!none && peek() != ']') {
        arguments.add(type());
        if (!take(',')) {
          break;
        }
      }
      require(']');
    } else if (take('(')) { // Future(Tensor), RRef(Tensor)
      arguments.add(type());
      require(')');
    }
    return new ScriptType(name, arguments);
  }

  private boolean takeRequired(char expected) throws UnreadableException {
    require(expected);
    return true;
  }

  /** Reads an expression; one that is no literal is kept as unknown. */
  ScriptValue value() throws UnreadableException {
    char first = peek();
    if (first == '(' || first == '[') {
      return sequence(first);
    }
    if (first == '{') {
      skipBraces();
      return ScriptValue.unknown();
    }
    if (first == '"' || first == '\'') {
      return new ScriptValue(ScriptValue.Kind.TEXT, string());
    }
    if (first == '-' || first == '+') {
      at++;
      return value().signed(first == '-');
    }
    if (first == '.' || Character.isDigit(first)) {
      return number();
    }
    return named(qualifiedName());
  }

  private ScriptValue sequence(char open) throws UnreadableException {
    require(open);
    char close = open == '(' ? ')' : ']';
    List<ScriptValue> elements = new ArrayList<>();
    boolean comma = false;
    while (!take(close)) {
      elements.add(value());
      comma |= take(',');
      if (peek() != close && !comma) {
        throw unreadable("a comma");
      }
    }
    if (open == '(' && elements.size() == 1 && !comma) {
      return elements.get(0); // only brackets
    }
    return new ScriptValue(
        open == '(' ? ScriptValue.Kind.TUPLE : ScriptValue.Kind.LIST, List.copyOf(elements));
  }

  private void skipBraces() throws UnreadableException {
    require('{');
    while (!take('}')) {
      value();
      if (take(':')) {
        value();
      }
      if (!take(',') && peek() != '}') {
        throw unreadable("a comma");
      }
    }
  }

  private ScriptValue named(String name) throws UnreadableException {
    boolean call = false;
    while (peek() == '(' || peek() == '[') { // torch.device("cpu"), annotate(List[int], [])
      call = true;
      sequence(peek());
    }
    return call ? ScriptValue.unknown() : ScriptValue.named(name);
  }

  private ScriptValue number() throws UnreadableException {
    int start = at;
    while (at < code.length() && numeric(code.charAt(at))) {
      at++;
    }
    try {
      return ScriptValue.number(code.substring(start, at).replace("_", ""));
    } catch (NumberFormatException e) {
      throw new UnreadableException("no number: " + e.getMessage());
    }
  }

  private boolean numeric(char c) {
    boolean exponentSign =
        (c == '-' || c == '+') && Character.toLowerCase(code.charAt(at - 1)) == 'e';
    return Character.isLetterOrDigit(c) || c == '.' || c == '_' || exponentSign;
  }

  private String string() throws UnreadableException {
    char quote = code.charAt(at);
    at++;
    StringBuilder text = new StringBuilder();
    while (at < code.length() && code.charAt(at) != quote) {
      char c = code.charAt(at++);
      if (c == '\\' && at < code.length()) {
        escaped(text);
      } else {
        text.append(c);
      }
    }
    if (at >= code.length()) {
      throw unreadable("the end of a string");
    }
    at++;
    peek();
    // Python joins strings that follow one another
    return at < code.length() && (code.charAt(at) == '"' || code.charAt(at) == '\'')
        ? text + string()
        : text.toString();
  }

  private void escaped(StringBuilder text) throws UnreadableException {
    char c = code.charAt(at++);
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'a' -> text.append('\u0007');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'v' -> text.append('\u000b');
      case 'x' -> text.append((char) digits(2, 16));
      case '0', '1', '2', '3' -> {
        at--;
        text.append((char) digits(3, 8));
      }
      default -> text.append(c);
    }
  }

  private int digits(int count, int radix) throws UnreadableException {
    if (at + count > code.length()) {
      throw unreadable("digits");
    }
    try {
      int value = Integer.parseInt(code.substring(at, at + count), radix);
      at += count;
      return value;
    } catch (NumberFormatException e) {
      throw new UnreadableException("no digits: " + e.getMessage());
    }
  }

  private String qualifiedName() throws UnreadableException {
    StringBuilder name = new StringBuilder(name());
    while (peek() == '.') {
      at++;
      name.append('.').append(name());
    }
    return name.toString();
  }

  private String name() throws UnreadableException {
    peek();
    int start = at;
    while (at < code.length() && Character.isUnicodeIdentifierPart(code.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw unreadable("a name");
    }
    return code.substring(start, at);
  }

  private boolean take(char expected) {
    if (peek() == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void require(char expected) throws UnreadableException {
    if (!take(expected)) {
      throw unreadable("'" + expected + "'");
    }
  }

  /** The next character that is neither space nor comment; 0 at the end. */
  private char peek() {
    while (at < code.length()) {
      char c = code.charAt(at);
      if (c == '#') {
        int end = code.indexOf('\n', at);
        at = end < 0 ? code.length() : end;
      } else if (Character.isWhitespace(c) || c == '\\') {
        at++;
      } else {
        return c;
      }
    }
    return 0;
  }

  private UnreadableException unreadable(String wanted) {
    return new UnreadableException(wanted + " is missing at character " + at);
  }
}
