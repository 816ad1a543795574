using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Tricks.MLNet.Interop;

/// <summary>The environment behind a catalog such as <c>mlContext.Transforms</c>.</summary>
/// <remarks>
/// ML.NET keeps <c>IInternalCatalog.Environment</c> internal, though every extension method on a catalog needs it;
/// we call it past the access check. Remove when the catalogs show their environment.
/// </remarks>
internal static class CatalogEnvironment
{
    /// <summary>The environment of <c>mlContext.Data</c>, <c>.Transforms</c>, <c>.MulticlassClassification</c> or its <c>.Trainers</c>.</summary>
    public static IHostEnvironment Of(IInternalCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.Environment;
    }
}
