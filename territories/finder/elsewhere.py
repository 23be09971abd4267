"""
Well-known towns and territories of France.

A query that is exactly one of these names is no misspelling of a place of the home region. The
list may hold places of the home region: the finder reads it only for a name that it has not found.
"""

from cress.base.text.folding import fold
from territories.finder.names import core_name

# The prefectures, the most populous communes, the departments and the regions.
_NAMES = """
Abbeville, Agen, Aix-en-Provence, Aix-les-Bains, Ajaccio, Albertville, Albi, Alençon, Alès,
Alfortville, Amiens, Angers, Anglet, Angoulême, Annecy, Annemasse, Annonay, Antibes, Antony,
Arcachon, Arcueil, Argentan, Argenteuil, Arles, Armentières, Arras, Asnières-sur-Seine,
Athis-Mons, Aubagne, Aubenas, Aubervilliers, Aubusson, Auch, Aulnay-sous-Bois, Aurillac, Autun,
Auxerre, Avallon, Avignon, Avranches, Bagneux, Bagnolet, Bar-le-Duc, Bastia, Bayeux, Bayonne,
Beaune, Beauvais, Belfort, Bergerac, Bernay, Besançon, Béthune, Béziers, Biarritz, Bobigny, Bondy,
Bordeaux, Boulogne-Billancourt, Boulogne-sur-Mer, Bourg-en-Bresse, Bourgoin-Jallieu, Bressuire,
Brest, Briançon, Brignoles, Brive-la-Gaillarde, Bron, Bruay-la-Buissière, Caen, Cagnes-sur-Mer,
Cahors, Calais, Caluire-et-Cuire, Cambrai, Cannes, Carcassonne, Carpentras, Castres, Cavaillon,
Cayenne, Cergy, Châlons-en-Champagne, Chalon-sur-Saône, Chambéry, Champigny-sur-Marne,
Charleville-Mézières, Château-Thierry, Châtellerault, Châtillon, Chaumont, Chelles,
Cherbourg-en-Cotentin, Choisy-le-Roi, Cholet, Clamart, Clermont-Ferrand, Clichy, Clichy-sous-Bois,
Cluses, Cognac, Colmar, Colombes, Compiègne, Concarneau, Conflans-Sainte-Honorine,
Corbeil-Essonnes, Cosne-Cours-sur-Loire, Courbevoie, Creil, Créteil, Dax, Deauville,
Décines-Charpieu, Dieppe, Digne-les-Bains, Dijon, Dinan, Dole, Douai, Draguignan, Drancy,
Dunkerque, Échirolles, Épernay, Épinal, Épinay-sur-Seine, Étampes, Évreux, Évry-Courcouronnes,
Figeac, Firminy, Foix, Fontainebleau, Fontenay-le-Comte, Fontenay-sous-Bois, Forbach,
Fort-de-France, Fougères, Fréjus, Fresnes, Gagny, Gap, Garges-lès-Gonesse, Gennevilliers, Givors,
Gonesse, Grande-Synthe, Granville, Grasse, Grenoble, Grigny, Guéret, Guyancourt, Hagondange,
Haguenau, Hénin-Beaumont, Hérouville-Saint-Clair, Houilles, Hyères, Issy-les-Moulineaux, Istres,
Ivry-sur-Seine, Joigny, L’Haÿ-les-Roses, La Baule-Escoublac, La Charité-sur-Loire, La Ciotat, La
Courneuve, La Flèche, La Garde, La Madeleine, La Roche-sur-Yon, La Rochelle, La Seyne-sur-Mer, La
Teste-de-Buch, Lannion, Laon, Laval, Le Blanc-Mesnil, Le Cannet, Le Creusot, Le Grand-Quevilly, Le
Havre, Le Kremlin-Bicêtre, Le Mans, Le Perreux-sur-Marne, Le Petit-Quevilly, Le Plessis-Robinson,
Le Puy-en-Velay, Lens, Les Mureaux, Les Sables-d’Olonne, Les Ulis, Levallois-Perret, Libourne,
Liévin, Lille, Limoges, Lisieux, Livry-Gargan, Lons-le-Saunier, Lorient, Lourdes, Lunel,
Lunéville, Lyon, Mâcon, Maisons-Alfort, Malakoff, Mamoudzou, Manosque, Mantes-la-Jolie,
Marcq-en-Barœul, Marignane, Marmande, Marseille, Martigues, Massy, Maubeuge, Mayenne, Meaux,
Melun, Mende, Menton, Mérignac, Metz, Meudon, Meylan, Millau, Miramas, Montauban, Montbéliard,
Montceau-les-Mines, Mont-de-Marsan, Montélimar, Montfermeil, Montgeron, Montigny-le-Bretonneux,
Montluçon, Montpellier, Montreuil, Montrouge, Morlaix, Moulins, Mulhouse, Muret, Nancy, Nanterre,
Nantes, Narbonne, Nemours, Neuilly-sur-Marne, Neuilly-sur-Seine, Nevers, Nice, Nîmes, Niort,
Nogent-sur-Marne, Noisy-le-Grand, Noisy-le-Sec, Orange, Orly, Orvault, Oullins, Oyonnax,
Palaiseau, Pamiers, Pantin, Parthenay, Pau, Périgueux, Perpignan, Pertuis, Pessac,
Pierrefitte-sur-Seine, Plaisir, Poissy, Poitiers, Pontault-Combault, Pontivy, Pontoise, Privas,
Provins, Puteaux, Quimper, Rambouillet, Reims, Remiremont, Rennes, Rezé, Rillieux-la-Pape, Riom,
Ris-Orangis, Roanne, Rochefort, Rodez, Romainville, Romans-sur-Isère, Rosny-sous-Bois, Roubaix,
Rouen, Royan, Rueil-Malmaison, Sablé-sur-Sarthe, Saint-Brieuc, Saint-Chamond, Saint-Cloud,
Saint-Denis, Saint-Dié-des-Vosges, Saint-Dizier, Saint-Étienne, Saint-Germain-en-Laye,
Saint-Herblain, Saint-Laurent-du-Var, Saint-Lô, Saint-Malo, Saint-Mandé, Saint-Martin-d’Hères,
Saint-Maur-des-Fossés, Saint-Médard-en-Jalles, Saint-Nazaire, Saint-Omer, Saint-Ouen-sur-Seine,
Saint-Priest, Saint-Quentin, Saint-Raphaël, Saint-Tropez, Sainte-Geneviève-des-Bois, Saintes,
Salon-de-Provence, Sannois, Sarcelles, Sarreguemines, Sartrouville, Saumur, Savigny-sur-Orge,
Sceaux, Schiltigheim, Sedan, Sélestat, Sens, Sète, Sevran, Sèvres, Soissons, Sotteville-lès-Rouen,
Stains, Strasbourg, Suresnes, Talence, Tarbes, Taverny, Thiais, Thiers, Thionville,
Thonon-les-Bains, Thouars, Toul, Toulon, Toulouse, Tourcoing, Tournefeuille, Trappes, Troyes,
Tulle, Valence, Valenciennes, Vallauris, Vandœuvre-lès-Nancy, Vannes, Vanves, Vaulx-en-Velin,
Vénissieux, Verdun, Vernon, Versailles, Vertou, Vesoul, Vichy, Vienne, Vierzon, Villefontaine,
Villefranche-sur-Saône, Villejuif, Villemomble, Villenave-d’Ornon, Villeneuve-d’Ascq,
Villeneuve-la-Garenne, Villeneuve-Saint-Georges, Villeneuve-sur-Lot, Villeparisis, Villepinte,
Villeurbanne, Villiers-sur-Marne, Vincennes, Vitrolles, Vitry-sur-Seine, Voiron, Wattrelos,
Yerres, Ain, Aisne, Allier, Alpes-de-Haute-Provence, Alpes-Maritimes, Ardèche, Ardennes, Ariège,
Aube, Aude, Aveyron, Bas-Rhin, Bouches-du-Rhône, Calvados, Cantal, Charente, Charente-Maritime,
Corrèze, Corse-du-Sud, Côte-d’Or, Côtes-d’Armor, Creuse, Deux-Sèvres, Dordogne, Doubs, Drôme,
Essonne, Eure, Finistère, Gard, Gers, Gironde, Guadeloupe, Guyane, Haut-Rhin, Haute-Corse,
Haute-Garonne, Haute-Loire, Haute-Marne, Haute-Saône, Haute-Savoie, Haute-Vienne, Hautes-Alpes,
Hautes-Pyrénées, Hauts-de-Seine, Hérault, Ille-et-Vilaine, Isère, Jura, Landes, Loire,
Loire-Atlantique, Lot, Lot-et-Garonne, Lozère, Maine-et-Loire, Manche, Marne, Martinique, Mayotte,
Meurthe-et-Moselle, Meuse, Morbihan, Moselle, Nièvre, Nord, Oise, Orne, Pas-de-Calais,
Puy-de-Dôme, Pyrénées-Atlantiques, Pyrénées-Orientales, Réunion, Rhône, Saône-et-Loire, Sarthe,
Savoie, Seine-et-Marne, Seine-Maritime, Seine-Saint-Denis, Somme, Tarn, Tarn-et-Garonne,
Territoire de Belfort, Val-d’Oise, Val-de-Marne, Var, Vaucluse, Vendée, Vosges, Yonne, Yvelines,
Auvergne-Rhône-Alpes, Bourgogne-Franche-Comté, Bretagne, Corse, Grand Est, Hauts-de-France,
Île-de-France, Normandie, Nouvelle-Aquitaine, Occitanie, Pays de la Loire, Provence-Alpes-Côte
d’Azur
"""
_CORE_NAMES = frozenset(core_name(fold(name)) for name in _NAMES.split(","))


def is_elsewhere(words):
    """Whether the folded words of a query, numbers left out, are the name of a known place."""
    return core_name(" ".join(word for word in words if not word.isdecimal())) in _CORE_NAMES
