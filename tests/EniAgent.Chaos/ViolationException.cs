namespace EniAgent.Chaos;

/// <summary>Something is not as it must be.</summary>
internal sealed class ViolationException(string message) : Exception(message);
