using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;

namespace EniAgent.Metadata;

/// <summary>
/// What the service said about one document. "It says there is none", "it says this" and "it did not answer properly" are three different
/// things, all the way up to the snapshot.
/// </summary>
internal abstract record Document
{
    private Document()
    {
    }

    /// <summary>The document exists (200).</summary>
    /// <param name="Text">Its text without surrounding white space; possibly empty.</param>
    public sealed record Present(string Text) : Document;

    /// <summary>The service says that there is no such document (404).</summary>
    public sealed record Absent : Document
    {
        /// <summary>The only instance worth having.</summary>
        public static readonly Absent Instance = new();
    }

    /// <summary>No proper answer: nothing may be concluded about the document.</summary>
    /// <param name="Kind">What kind of failure.</param>
    /// <param name="Message">The document and what was answered.</param>
    public sealed record Failed(MetadataFailureKind Kind, Sentence Message) : Document;
}
