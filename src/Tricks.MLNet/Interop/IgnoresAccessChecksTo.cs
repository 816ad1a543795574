// ML.NET keeps what its own transformers are made of internal: LoadableClassAttribute, ModelLoadContext, VersionInfo,
// the members of ModelSaveContext, SchemaShape.Column's constructor, the environment behind a catalog.
// We compile against copies with everything public (eng/PublicizedReferences.targets) and ask the runtime, which
// honours this attribute by name, to skip the access checks of these two assemblies.
// Remove when ML.NET makes them public.

using System.Runtime.CompilerServices;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]

namespace System.Runtime.CompilerServices;

/// <summary>The runtime knows this attribute by its name; no assembly of the framework declares it.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
